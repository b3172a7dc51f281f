package explain

import "github.com/certconv/certconv/internal/text"

// kubernetesEntries are the messages of Kubernetes, its ingress controllers and
// other reverse proxies that are configured by services or pages.
func kubernetesEntries() []Entry {
	const (
		ingress = "https://kubernetes.github.io/ingress-nginx/user-guide/tls/"
		secret  = "https://kubernetes.io/docs/concepts/configuration/secret/#tls-secrets"
		manager = "https://cert-manager.io/docs/troubleshooting/"
	)
	encoding := &Cause{Text: "the content of the secret is Base64 once too often, or once too little: data holds Base64 of the PEM text, stringData the text itself", Checks: []string{"pem-boundaries-missing", "wrong-format", "file-unrecognised"}, Command: Command{"inspect", "secret.yaml"}, Action: text.Of("let kubectl do it: kubectl create secret tls NAME --cert=site.crt --key=site.key")}
	absent := &Cause{Text: "the secret is not in the namespace of the ingress, has another name, or is not made yet", Action: text.Of("kubectl get secret NAME -n NAMESPACE -o yaml; it must be of type kubernetes.io/tls with tls.crt and tls.key")}
	proxyForm := &Cause{Text: "the key begins with BEGIN PRIVATE KEY (PKCS#8) and holds an RSA key; Nginx Proxy Manager until 2.9 takes such a key for EC", Checks: []string{"wrong-format"}, Command: Command{"inspect", "site.key"}, Action: text.Of("%s writes BEGIN RSA PRIVATE KEY; or update Nginx Proxy Manager", Command{"convert", "site.key --to pkcs1 --out rsa.key"})}
	list := []Entry{
		{
			ID: "ingress-no-pem", Title: "ingress-nginx: no certificate PEM data found in the secret", Over: []string{"ingress-secret"}, Rank: Reason, Refs: []string{ingress},
			Phrases: []string{"no certificate PEM data found", "make sure certificate content starts with", "certificate content starts with 'BEGIN CERTIFICATE'", "no valid PEM data in the certificate"},
			Meaning: "tls.crt of the secret holds no BEGIN CERTIFICATE line where it was decoded.",
			Causes:  []*Cause{encoding, &causeFormat, &causeObject, &causeDamaged, &causeNothing},
		},
		{
			ID: "ingress-secret", Title: "ingress-nginx: the certificate of the secret cannot be used", Refs: []string{ingress, secret},
			Phrases: []string{"Error obtaining X.509 certificate", "unexpected error creating SSL Cert", "error obtaining PEM from secret", "Error getting SSL certificate", "unexpected error storing*SSL", "Error loading custom default certificate", "Unexpected error validating SSL certificate", "Validating certificate against DNS names"},
			Meaning: "The controller goes on with its own certificate (\"Kubernetes Ingress Controller Fake Certificate\").",
			Causes:  []*Cause{absent, encoding, &causeMismatch, &causeName, &causeObject},
		},
		{
			ID: "ingress-secret-missing", Title: "ingress-nginx: the secret was not found", Over: []string{"ingress-secret", "ingress-fake"}, Rank: Reason, Refs: []string{ingress},
			Phrases: []string{"local SSL certificate*was not found", "no object matching key*in local store", "error retrieving secret", "Error configuring TLS for ingress", "Error checking existing TLS certificate"},
			Meaning: "The controller looks for the secret in the namespace of the ingress and has none of that name.",
			Causes:  []*Cause{absent},
		},
		{
			ID: "ingress-secret-empty", Title: "ingress-nginx, Kubernetes: the secret has no certificate and key", Over: []string{"ingress-secret"}, Rank: Reason, Refs: []string{secret},
			Phrases: []string{"no keypair or CA cert could be found", "contains no keypair or CA certificate", "secret contains no 'tls.", "has no 'tls.crt'", "does not contain the key tls.", "missing tls.crt", "missing tls.key", "data[tls.crt]", "data[tls.key]", "key 'tls.crt' missing from secret", "is missing entry tls.crt", "Secret is missing tls", "Could not find key tls.", "key tls.crt in secret"},
			Meaning: "A secret for TLS has its certificate under tls.crt and its key under tls.key.",
			Causes:  []*Cause{{Text: "certificate and key are under other names (cert.pem, key.pem), as a generic secret of files has them", Checks: []string{"key-missing", "cert-missing"}, Command: Command{"inspect", "secret.yaml"}, Action: text.Of("kubectl create secret tls NAME --cert=site.crt --key=site.key")}, absent},
		},
		{
			ID: "ingress-fake", Title: "Kubernetes Ingress Controller Fake Certificate, TRAEFIK DEFAULT CERT", Refs: []string{ingress},
			Phrases: []string{"Kubernetes Ingress Controller Fake Certificate", "TRAEFIK DEFAULT CERT", "Using default certificate"},
			Meaning: "The controller has no certificate for the name that was asked for and shows its own.",
			Causes:  []*Cause{{Text: "the host is not under tls: of the ingress, or the certificate in its secret is for other names", Checks: []string{"name-mismatch"}, Command: checkName, Action: text.Of("put the host into tls.hosts of the ingress, with the name of the secret; look at the log of the controller")}, absent, encoding, &causeOtherSite},
		},
		{
			ID: "kubernetes-secret-invalid", Title: "kubectl: the TLS secret was refused", Refs: []string{secret},
			Phrases: []string{"Secret*is invalid: data[tls", "error: tls: failed to find any PEM data in", "failed to load key pair", "illegal base64 data at input byte", "Secret in version \"v1\" cannot be handled as a Secret", "failed to parse PEM data"},
			Meaning: "kubectl reads certificate and key as Go does before it makes a secret of them; the API wants each value of data in Base64.",
			Causes:  []*Cause{encoding, &causeMismatch, &causeObject, &causeEncrypted, &causeDamaged},
		},
		{
			ID: "cert-manager-key", Title: "cert-manager: the secret holds a certificate or key that does not fit", Refs: []string{manager},
			Phrases: []string{"Existing private key is not up to date for spec", "Existing issued Secret is not up to date for spec", "Issuing certificate as Secret does not contain", "Issuing certificate as Secret contains", "error decoding private key PEM block", "error decoding certificate PEM block", "error parsing TLS certificate", "error decoding X.509", "Issuing certificate as Secret was previously issued by"},
			Meaning: "cert-manager looks at the secret and issues anew, or cannot read what is in it.",
			Causes:  []*Cause{encoding, &causeMismatch, &causeDamaged, {Text: "the Certificate was changed, or the secret is used by two of them", Action: text.Of("kubectl describe certificate NAME; give each its own secretName")}},
		},
		{
			ID: "webhook-ca", Title: "Kubernetes: a webhook or the API server is not trusted", Refs: []string{manager}, Rank: Vague,
			Phrases: []string{"failed calling webhook", "Unable to connect to the server: x509", "Internal error occurred: failed calling webhook"},
			Meaning: "caBundle of the webhook, or certificate-authority-data of the kubeconfig, does not hold the root of the certificate that the server shows.",
			Causes:  []*Cause{{Text: "the CA in caBundle or in the kubeconfig is an old one: the cluster or the webhook has a new", Checks: []string{"chain-untrusted-root", "chain-signature"}, Command: Command{"inspect", "kubeconfig"}, Action: text.Of("fetch the kubeconfig again; let cert-manager's cainjector write caBundle")}, &causeExpired, &causeName},
		},
		{
			ID: "kubelet-rotate", Title: "Kubernetes: the cluster's own certificates have expired", Refs: []string{"https://kubernetes.io/docs/tasks/administer-cluster/kubeadm/kubeadm-certs/"},
			Phrases: []string{"part of the existing bootstrap client certificate is expired", "Unable to authenticate the request*certificate has expired", "kubeadm certs renew", "Failed to run kubelet*certificate"},
			Meaning: "The certificates that kubeadm makes are valid for a year.",
			Causes:  []*Cause{{Text: "certificates below /etc/kubernetes/pki or of the kubelet are over their time", Checks: []string{"cert-expired"}, Command: Command{"check", "--cert apiserver.crt"}, Action: text.Of("kubeadm certs check-expiration, kubeadm certs renew all, then restart the control plane and fetch admin.conf again")}, &causeClock},
		},
		{
			ID: "proxy-manager-key", Title: "Nginx Proxy Manager: Certificate Key is not valid", Refs: []string{"https://github.com/NginxProxyManager/nginx-proxy-manager/issues/709"},
			Phrases: []string{"Certificate Key is not valid (Command failed: openssl ec", "Certificate Key is not valid (Command failed: openssl rsa"},
			Meaning: "Nginx Proxy Manager asks openssl about the key as RSA or EC, by its BEGIN line.",
			Causes:  []*Cause{proxyForm, &causeEncrypted, &causeObject, &causeDamaged},
		},
		{
			ID: "proxy-manager-upload", Title: "Nginx Proxy Manager: the upload failed", Refs: []string{"https://github.com/NginxProxyManager/nginx-proxy-manager/issues/3383"},
			Phrases: []string{"Certificate Key is not valid (Command failed: openssl pkey", "Key files protected with a passphrase are not supported", "This could be due to the key being passphrase-protected", "Certificate is not valid (Command failed: openssl x509", "Certificate Key is not valid", "Upload failed: Certificate is not valid"},
			Meaning: "Nginx Proxy Manager asks openssl about the files before it takes them: a key without a password, and PEM.",
			Causes:  []*Cause{&causeEncrypted, &causeObject, &causeFormat, &causeDamaged, proxyForm},
		},
		{
			ID: "traefik-certificate", Title: "Traefik, Caddy, Go servers: certificate or key cannot be loaded",
			Phrases: []string{"Unable to append certificate", "unable to generate TLS certificate", "Unable to load X509 key pair", "loading certificates:*loading", "Error while creating certificate store", "failed to load X509 key pair", "Unable to load TLS certificate", "cannot load TLS key pair", "error loading TLS", "failed to load TLS"},
			Meaning: "What follows is Go's word for the reason.",
			Causes:  []*Cause{&causeMissingFile, &causeMismatch, &causeObject, &causeEncrypted, &causeDamaged, &causeFileAccess},
		},
	}
	return list
}
