package explain

// programEntries are the codes of failures of certconv that are no findings:
// those that its JSON documents carry under error.
func programEntries() []Entry {
	list := []Entry{
		{ID: "usage", Title: "The command line is not understood", Meaning: "A command, flag or value is unknown or missing; the exit code is 2.", Causes: []Cause{{Text: "see the message", Command: "certconv help", Remedy: "certconv COMMAND --help opens with examples"}}},
		{ID: "not-found", Title: "There is no such file", Meaning: "The path names nothing; the exit code is 3.", Causes: []Cause{{Text: "the path is misspelt or relative to another folder", Remedy: "look at the path"}}},
		{ID: "not-readable", Title: "The file cannot be read", Meaning: "The system does not let this account read it; the exit code is 3.", Causes: []Cause{causePermissions}},
		{ID: "is-folder", Title: "A folder stands where a file belongs", Meaning: "inspect and check take folders, other commands do not.", Causes: []Cause{{Text: "a folder was named", Command: "certconv inspect /etc/ssl/site", Remedy: "name the file"}}},
		{ID: "too-large", Title: "The input is larger than the limit", Meaning: "Inputs are bounded so that a wrong or hostile file does not fill the memory.", Causes: []Cause{{Text: "it is not the file that was meant, or an image of a disk", Command: "certconv inspect --max-size 1GiB site.pem", Remedy: "--max-size reads more"}}},
		{ID: "damaged", Title: "The file is damaged beyond reading", Meaning: "The format was recognised and its content ends early or contradicts itself; the exit code is 3.", Causes: []Cause{causeDamaged, causeDamagedPFX}},
		{ID: "unsupported-algorithm", Title: "The file uses an algorithm that certconv does not know", Meaning: "The message names the algorithm; the file is not damaged and the password not wrong.", Causes: []Cause{{Text: "a rare or new algorithm", Remedy: "let the program that wrote the file write it with a common one"}}},
		{ID: "loss", Title: "The target format cannot hold all that there is", Meaning: "Nothing was written; the exit code is 1. The message says what would be lost.", Causes: []Cause{{Text: "several objects, names or keys that do not fit", Command: inspectAll, Remedy: "choose with --only PART, or drop the rest with --allow-loss"}}},
		{ID: "nothing-to-write", Title: "The input holds nothing of what was asked for", Meaning: "The part named by --only, or what the format takes, is not in the input.", Causes: []Cause{{Text: "the input holds something else", Command: inspectAll, Remedy: "look at what the input holds"}}},
		{ID: "password-not-ascii", Title: "Java would not open the keystore with this password", Meaning: "Java takes only ASCII characters in the password of a PKCS#12 keystore, and says of others that the password was incorrect. Nothing was written; the exit code is 1.", Causes: []Cause{{Text: "an umlaut, an accent or a sign such as € in the password", Remedy: "take a password of plain letters, digits and signs, or write a JKS with --to jks"}}},
		{ID: "internal", Title: "certconv itself failed", Meaning: "This is a fault of certconv.", Causes: []Cause{{Text: "a case that nobody thought of", Remedy: "please report it, with the file if it holds nothing secret"}}},
		{ID: "write-failed", Title: "The output could not be written", Meaning: "What was there before is untouched; the exit code is 5.", Causes: []Cause{{Text: "no permission, or the disk is full", Remedy: "look at the folder and the space on it"}}},
		{ID: "not-repairable", Title: "The file cannot be repaired", Meaning: "Something in it was lost or replaced that cannot be known, and certconv never guesses a byte. Nothing was written; the message names the place.", Causes: []Cause{{Text: "a character or line of the Base64 is gone or changed", Checks: []string{"pem-body-character", "pem-body-truncated"}, Command: checkCert, Remedy: "get the file anew: a certificate from the certificate authority, a key from the backup"}}},
		{ID: "findings", Title: "The checks found something", Meaning: "There are findings at or above --fail-on; the exit code is 1.", Causes: []Cause{{Text: "see the findings", Remedy: "certconv explain CODE tells about each"}}},
		{ID: "unknown", Title: "The text is not known to explain", Meaning: "Nothing in the text or log is known; the exit code is 1.", Causes: []Cause{{Text: "a message of something else, or a new one", Remedy: "give the number or the exact words of the message"}}},
		{ID: "exists", Title: "The output exists already", Meaning: "certconv does not overwrite without being told; the exit code is 5.", Causes: []Cause{{Text: "a file of this name is there", Remedy: "choose another name, or --force"}}},
	}
	return list
}
