package deploy

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// A file that goes while the folder is looked at is named, and nothing is planned for it.
func TestSurveyOfFileThatGoes(t *testing.T) {
	base := t.TempDir()
	if err := os.MkdirAll(filepath.Join(base, "www"), 0o755); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(base)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	f := &folder{path: base, root: root}
	s := &Survey{existing: map[string]string{"cert.pem": ""}}
	if err := f.surveyFile(&Set{Unit: "www"}, &File{Name: "cert.pem", Mode: 0o644}, s); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
}
