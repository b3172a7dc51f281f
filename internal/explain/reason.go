package explain

// reasonEntries are what systems say of files, whichever program asks: the
// inner part of messages.
func reasonEntries() []Entry {
	return []Entry{
		{
			ID: "file-missing", Rank: SystemReason, Title: "No such file or directory", Keys: []string{"openssl:256/2", "openssl:2/2", "openssl:32/128", "openssl:16/128"},
			Phrases: []string{"No such file or directory", "no such file", "FileNotFoundException", "FileNotFoundError", "NoSuchFileException", "ENOENT", "system cannot find the file specified", "system cannot find the path specified", "Could not find file", "Could not find a part of the path", "file not found", "file does not exist", "指定されたファイルが見つかりません"},
			Meaning: "The system says that there is no file at this path.",
			Causes:  []*Cause{&causeMissingFile},
		},
		{
			ID: "file-access", Rank: SystemReason, Title: "Permission denied", Keys: []string{"openssl:256/13", "openssl:2/13"},
			Phrases: []string{"Permission denied", "EACCES", "AccessDeniedException", "Access is denied", "PermissionError", "Operation not permitted", "is not readable", "not readable by", "アクセスが拒否されました"},
			Meaning: "The system does not let this account read the file.",
			Causes:  []*Cause{&causeFileAccess},
		},
		{
			ID: "file-folder", Rank: SystemReason, Title: "Is a directory", Keys: []string{"openssl:256/21", "openssl:2/21"},
			Phrases: []string{"Is a directory", "EISDIR", "is a folder"},
			Meaning: "The path names a folder.",
			Causes:  []*Cause{&causeFolderAsFile},
		},
		{
			ID: "file-name-long", Rank: SystemReason, Title: "File name too long", Keys: []string{"openssl:256/36", "openssl:2/36"},
			Phrases: []string{"File name too long", "ENAMETOOLONG", "open(*-----BEGIN", "fopen(*-----BEGIN"},
			Meaning: "What was opened as a file is no path.",
			Causes:  []*Cause{&causeTextAsPath},
		},
		{
			ID: "file-not-opened", Rank: Vague, Title: "A file could not be opened",
			Phrases: []string{"Could not open file or uri for loading", "Can't open*for reading", "in section*cannot open the file", "unable to open certificate file", "unable to open key file"},
			Meaning: "A program could not open a file of a key or certificate; what follows may say why.",
			Causes:  []*Cause{&causeMissingFile, &causeFileAccess},
		},
		{
			ID: "file-without-content", Rank: Reason, Title: "The file or setting is empty",
			Phrases: []string{"certificate is empty", "certificate file is empty", "private key is empty", "key file is empty", "cert file empty"},
			Meaning: "There is nothing in it.",
			Causes:  []*Cause{&causeEmptyFile, &causeNothing},
		},
	}
}
