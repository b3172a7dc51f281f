// Asks servers as Node's https does. Standard input has a line for each: name,
// port, host, file of roots; the answer is "name, ok" or "name, no, why".
const fs = require('fs'), net = require('net'), tls = require('tls');

// What Node's own OpenSSL has. Debian's Node takes Debian's, where it is 2.
const ciphers = tls.DEFAULT_CIPHERS + ':@SECLEVEL=1';

function handshake(port, host, roots) {
  return new Promise((resolve, reject) => {
    const s = tls.connect({
      host: '127.0.0.1', port, ciphers, ca: fs.readFileSync(roots), servername: net.isIP(host) ? '' : host,
      checkServerIdentity: (_, cert) => tls.checkServerIdentity(host, cert),
    }, () => { s.destroy(); resolve(); });
    s.setTimeout(20000, () => s.destroy(new Error('timeout')));
    s.on('error', reject);
  });
}

(async () => {
  for (const line of fs.readFileSync(0, 'utf8').trim().split('\n')) {
    const [name, port, host, roots] = line.split('\t');
    try {
      await handshake(+port, host, roots);
      console.log(name + '\tok');
    } catch (e) {
      console.log(name + '\tno\t' + (e.code && !e.message.includes(e.code) ? e.code + ': ' : '') + e.message.replace(/\s+/g, ' '));
    }
  }
})();
