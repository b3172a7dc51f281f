// Runs inside Firefox. Takes pairs of name and address, and answers with the
// names and what Firefox says about each, "" if nothing.
const [list, done] = arguments;

function ask(address) {
  return new Promise(resolve => {
    const x = new XMLHttpRequest({mozAnon: true});
    x.open('GET', address);
    x.timeout = 20000;
    x.onload = () => resolve('');
    x.ontimeout = () => resolve('timeout');
    x.onerror = () => resolve(x.channel.securityInfo?.errorCodeString || 'status ' + x.channel.QueryInterface(Ci.nsIRequest).status.toString(16));
    x.send();
  });
}

(async () => {
  const said = {};
  const next = async () => {
    for (let one; (one = list.shift()); ) said[one[0]] = await ask(one[1]);
  };
  await Promise.all([next(), next(), next(), next()]);
  done(said);
})();
