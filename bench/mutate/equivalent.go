package main

// equal is a mutant that no test can notice.
type equal struct {
	file, in, before, code, change string
	why                            string
}

func (e equal) is(m mutant) bool {
	return e.file == m.file && e.in == m.in && e.before == m.before && e.code == m.code && e.change == m.change
}

// equivalent are the mutants that change nothing that anybody can see.
var equivalent = []equal{
	{
		"internal/pbe/scheme.go", "saltAndRounds", "e, err := r.Next()", "if err != nil {", "condition never true",
		"the element that was not read has no octets, and is refused for that two lines later",
	},
	{
		"internal/pbe/mac.go", "parsePBMAC1", "scheme, err := r.Next()", "if err != nil {", "condition never true",
		"the element that was not read is no algorithm, and is refused for that in the next step",
	},
	{
		"internal/pbe/encryption.go", "encryptionByName", "family := name", "if i := strings.LastIndexByte(name, '-'); i >= 0 {", "0 becomes 1",
		"a name that begins with its only hyphen has no cipher in it, and is unknown with it and without",
	},
	{
		"internal/pbe/encryption.go", "encryptionByName", "family := name", "if i := strings.LastIndexByte(name, '-'); i >= 0 {", ">= becomes >",
		"a name that begins with its only hyphen has no cipher in it, and is unknown with it and without",
	},
	{
		"internal/pbe/encrypt.go", "encrypt3DES", "func encrypt3DES(rounds int, password, plain []byte, rand io.Reader) (alg, ciphertext []byte, err error) {",
		"salt := make([]byte, 8)", "8 becomes 9",
		"one more octet of salt does no harm: readers take what is there",
	},
	{
		"internal/deploy/record.go", "begin", "earlier, err := f.runs()", "if err != nil {", "condition never true",
		"what an earlier run left was tidied up before, which reads the same records and ends with the same error",
	},
	{
		"internal/deploy/stage.go", "stage", "var err error", "if r.record.Files, err = r.folder.contents(staged); err != nil {", "condition never true",
		"the list that was not made is not the one that is wanted, and is refused for that in the next step",
	},
	{
		"validate/pemverdict.go", "consequence", "f := in.openssl(file)", "if f == nil {", "condition never true",
		"it is asked about blocks that cannot be restored or that OpenSSL does not read: of the file of either there is a note",
	},
	{
		"validate/clientname.go", "runNameClients", "}", "if ways := waysTo(c, ASCIIHost(host)); len(ways) > 0 {", "> becomes >=",
		"a host that a certificate covers is covered by one of its names",
	},
	{
		"internal/ec/ecdsa.go", "isScalar", "// isScalar reports whether v is one of 1 to n-1.", "func (c *Curve) isScalar(v *big.Int) bool { return v.Sign() > 0 && v.Cmp(c.N) < 0 }", "< becomes <=",
		"n has no inverse modulo n, and no first coordinate modulo n is n: both numbers are refused for that",
	},
	{
		"validate/constraints.go", "readOther", "oid, err := id.OID()", "if err != nil {", "condition never true",
		"an identifier that was not read is none of the kinds that are read",
	},
	{
		"cmd/certconv/install_report.go", "refuse", "if err := p.write(r, nil); err != nil {",
		"return err", "error not returned",
		"what keeps standard output from being written is told at the end of the program",
	},
	{
		"internal/ec/binaryfield.go", "inverse", "du, dv := u.degree(), v.degree()",
		"for du > 0 {", "> becomes >=",
		"one turn later the other of the two is zero, and the inverse is found there",
	},
	{
		"internal/pbe/budget.go", "blocks", "// blocks is how often a digest of n bytes is computed for size bytes.",
		"func blocks(size, n int) int { return (max(size, 1) + n - 1) / n }", "1 becomes 2",
		"no digest has less than 16 bytes: one block is enough for one byte and for two",
	},
	{
		"internal/deploy/record.go", "checkStore", "case !onlyOurs(info):",
		"return false, &Error{Path: at, Err: OthersWrite}", "false becomes true",
		"with an error nobody looks at what else is returned",
	},
	{
		"internal/atomicfile/attributes_linux.go", "HasACL", "n, err := unix.Fgetxattr(int(f.Fd()), accessACL, nil)",
		"return err == nil && n > 0", "&& becomes ||",
		"an ACL that is there is never of no size, and one that is not has none",
	},
	{
		"internal/atomicfile/attributes_linux.go", "folderHasACL", "n, err := unix.Getxattr(dir, accessACL, nil)",
		"return err == nil && n > 0", "&& becomes ||",
		"an ACL that is there is never of no size, and one that is not has none",
	},
	{
		"internal/ec/multiply.go", "Cost", "}", "step := 20 * (400 + 5*words*words)", "400 becomes 401",
		"what a multiplication costs is estimated: a quarter of a percent is far less than machines differ by",
	},
	{
		"convert/arrange.go", "pick", "}", "if len(certs) == len(all.Certs) && slices.IsSorted(certs) { // all, as they are: a large list is not copied once more", "condition never true",
		"the copy holds the same certificates in the same order",
	},
	{
		"internal/pubkey/rsa.go", "readGoRSA", "key.Precomputed.Dp, key.Precomputed.Dq, key.Precomputed.Qinv = k.DP, k.DQ, k.QInv",
		"key.Precompute()", "statement dropped",
		"crypto/rsa works out what is missing when it is asked to prove or to sign: only the clock shows it",
	},
	{
		"validate/constraints.go", "keyUsage", "if !ok {", "return 0, false", "0 becomes 1",
		"without the extension nobody is asked for the lowest of the 16 bits, which has no meaning",
	},
	{
		"internal/pbe/scheme.go", "parsePKCS12PBE", "key = PKCS12Key(hash, pw, salt, 1, rounds, keySize)", "if ivSize > 0 {", "0 becomes 1",
		"an IV has the size of a block, 8 or 16 bytes, or there is none",
	},
	{
		"convert/arrange.go", "merge", "Certs: unique(b.Certs, func(c *Certificate) ([]byte, *Names) {", "if c.Trusted {", "condition negated",
		"the octet behind the certificate only tells two kinds apart, whichever has it",
	},
	{
		"internal/ec/multiply.go", "Multiply", "func (c *Curve) Multiply(d *big.Int) (x, y *big.Int, ok bool) {",
		"if c.Gy == nil || d.Sign() <= 0 || d.BitLen() > maxFieldBits+64 {", "<= becomes <",
		"no times the generator is infinity, which is no result either",
	},
	{
		"internal/ec/multiply.go", "multiplyPrime", "func (c *Curve) multiplyPrime(d *big.Int) (x, y *big.Int, ok bool) {",
		"q := jacobian{big.NewInt(1), big.NewInt(1), new(big.Int)}", "1 becomes 2",
		"the point with the third coordinate 0 is infinity, whatever the others are",
	},
	{
		"internal/ec/binaryfield.go", "mul", "n := len(f.modulus)", "product := make(polynomial, 2*n)", "2 becomes 3",
		"the words of more than twice the size stay 0",
	},
	{
		"internal/pubkey/ec.go", "uncompressBase", "parts, err := params.Children()",
		"if err != nil || len(parts) < 4 || c.Gy == nil || len(parts[3].Content) == 1+2*c.FieldSize() {", "4 becomes 5",
		"the curve was read, and parameters without the order of the generator are none",
	},
	{
		"validate/request.go", "bareHost", "}", "if i := strings.LastIndex(s, \":\"); i >= 0 {", "0 becomes 1",
		"what begins with its only colon is no host with the colon and without",
	},
	{
		"validate/constraints.go", "pathLength", "if err != nil {", "return 0, false", "0 becomes 1",
		"nobody looks at a length that is not there",
	},
}
