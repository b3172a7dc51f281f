package main

import (
	"bytes"
	"path/filepath"
	"strings"

	"github.com/certconv/certconv/internal/testenv"
)

// storeProgram hands each element of a serialized store to crypt32, prints what that reads of it, and has it
// write the store anew. Wine's crypt32 opens no whole store that has properties before the certificates, as
// Windows writes them, but reads the elements.
const storeProgram = `#include <windows.h>
#include <wincrypt.h>
#include <stdio.h>

static BYTE data[8 << 20];

int wmain(int argc, wchar_t **argv)
{
	FILE *file = _wfopen(argv[1], L"rb");
	DWORD end = fread(data, 1, sizeof data, file), start = 8, at = start;
	HCERTSTORE store = CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, 0, NULL);
	while (at + 12 <= end) {
		DWORD property = *(DWORD *)(data + at);
		at += 12 + *(DWORD *)(data + at + 8);
		if (property != 32) /* the certificate, which is the last */
			continue;
		const CERT_CONTEXT *c;
		BYTE sum[20];
		WCHAR name[256] = {0};
		char text[1024] = {0};
		DWORD size = sizeof name, sums = sizeof sum;
		if (!CertAddSerializedElementToStore(store, data + start, at - start, CERT_STORE_ADD_ALWAYS, 0, CERT_STORE_CERTIFICATE_CONTEXT_FLAG, NULL, (const void **)&c))
			return 1;
		start = at;
		CertGetCertificateContextProperty(c, CERT_FRIENDLY_NAME_PROP_ID, name, &size);
		CryptHashCertificate(0, CALG_SHA1, 0, c->pbCertEncoded, c->cbCertEncoded, sum, &sums);
		for (DWORD i = 0; i < sums; i++)
			printf("%02x", sum[i]);
		WideCharToMultiByte(CP_UTF8, 0, name, -1, text, sizeof text, NULL, NULL);
		printf("  %s\n", text);
	}
	return !CertSaveStore(store, X509_ASN_ENCODING, CERT_STORE_SAVE_AS_STORE, CERT_STORE_SAVE_TO_FILENAME_W, argv[2], 0);
}
`

// stores has crypt32 read a store that was exported, and write it: what was read first comes last, so the
// copy of its copy is the store again, to the byte.
func (w *wine) stores() {
	w.run(0, []string{"roots", "export", "mozilla", "--for", "sst", "--out", "roots.sst"}, "certutil -addstore Root roots.sst")
	w.write("store.c", []byte(storeProgram))
	testenv.Must(w.t, w.dir, "x86_64-w64-mingw32-gcc", "-municode", "-o", "store.exe", "store.c", "-lcrypt32")
	program := filepath.Join(w.dir, "store.exe")
	read, code := w.program(program, "roots.sst", "reversed.sst")
	if _, again := w.program(program, "reversed.sst", "again.sst"); code != 0 || again != 0 {
		w.t.Fatalf("exit codes %d and %d\n%s", code, again, read)
	}
	if !bytes.Equal(w.read("again.sst"), w.read("roots.sst")) {
		w.t.Error("crypt32 writes another store of what it has read")
	}
	roots := 0
	for _, line := range strings.Split(w.run(0, []string{"roots", "inspect", "mozilla", "--entries"}), "\n") {
		f := strings.Fields(line)
		if len(f) < 3 || len(f[0]) != 40 {
			continue
		}
		roots++
		if name := strings.Join(f[2:], " "); !strings.Contains(read, f[0]+"  "+name) {
			w.t.Errorf("crypt32 does not find %s, %s", f[0], name)
		}
	}
	if roots < 100 {
		w.t.Errorf("%d roots", roots)
	}
}
