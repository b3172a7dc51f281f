# Asks servers as Python's urllib does. Standard input has a line for each: name,
# port, host, file of roots; the answer is "name, ok" or "name, no, why".
import socket
import ssl
import sys

for line in sys.stdin:
    name, port, host, roots = line.rstrip("\n").split("\t")
    try:
        context = ssl.create_default_context(cafile=roots)
        # The default since Python 3.13.
        context.verify_flags |= ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN
        with socket.create_connection(("127.0.0.1", int(port)), 20) as plain:
            context.wrap_socket(plain, server_hostname=host).close()
        print(name, "ok", sep="\t")
    except Exception as e:
        print(name, "no", " ".join(str(e).split()), sep="\t")
