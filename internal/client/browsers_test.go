package client_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/certconv/certconv/internal/testenv"
)

// trustDatabase makes the NSS database that both browsers take roots from.
func trustDatabase(t testing.TB, dir string, list []*served) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	testenv.Must(t, ".", "certutil", "-N", "--empty-password", "-d", "sql:"+dir)
	file := filepath.Join(dir, "root.pem")
	known := map[*cert]bool{}
	for _, s := range list {
		for i, c := range s.trust {
			if known[c] {
				continue
			}
			known[c] = true
			if err := os.WriteFile(file, pemOf(c), 0o600); err != nil {
				t.Fatal(err)
			}
			if out, ok := run("", "certutil", "-A", "-d", "sql:"+dir, "-t", "C,,", "-n", fmt.Sprint(s.id, " ", i), "-i", file); !ok {
				t.Logf("certutil does not take the root of %s: %s", s.id, strings.TrimSpace(out))
			}
		}
	}
}

// start runs a browser until the test ends.
func start(t testing.TB, cmd *exec.Cmd, home string) {
	t.Helper()
	cmd.Env = append(os.Environ(), "HOME="+home, "MOZ_HEADLESS=1")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	// Browsers are told to quit, so that they leave nothing in their folders
	// that comes after the end.
	t.Cleanup(func() {
		late := time.AfterFunc(limit, func() { _ = cmd.Process.Kill() })
		defer late.Stop()
		_ = cmd.Wait()
	})
}

// loads is how many servers Chromium is asked about at a time.
const loads = 4

// askChrome loads each server's page by the DevTools protocol.
func askChrome(t testing.TB, list []*served) map[string]string {
	t.Helper()
	home := t.TempDir()
	trustDatabase(t, filepath.Join(home, ".pki/nssdb"), list)
	fromUs, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	out, fromIt, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("chromium", "--headless", "--no-sandbox", "--remote-debugging-pipe", "--user-data-dir="+filepath.Join(home, "profile"), "--no-first-run",
		"--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-proxy-server", "--host-resolver-rules=MAP * 127.0.0.1")
	cmd.ExtraFiles = []*os.File{fromUs, fromIt}
	start(t, cmd, home)
	fromUs.Close()
	fromIt.Close()
	tools := &devTools{in: in, waiting: map[int]chan json.RawMessage{}}
	go tools.read(out)

	session, frame, err := tools.tab()
	if err != nil {
		t.Error(err)
		return nil
	}
	said := map[string]string{}
	var mu sync.Mutex
	var group sync.WaitGroup
	next := make(chan *served)
	for range loads {
		group.Go(func() {
			for s := range next {
				why := tools.load(session, frame, s.url())
				mu.Lock()
				said[s.id] = why
				mu.Unlock()
			}
		})
	}
	for _, s := range list {
		next <- s
	}
	close(next)
	group.Wait()
	_ = tools.call("", "Browser.close", nil, &struct{}{})
	return said
}

// devTools talks with Chromium: JSON that ends with NUL.
type devTools struct {
	mu      sync.Mutex
	in      io.Writer
	last    int
	waiting map[int]chan json.RawMessage
}

func (d *devTools) read(r io.Reader) {
	for in := bufio.NewReader(r); ; {
		message, err := in.ReadBytes(0)
		if err != nil {
			return
		}
		var m struct {
			ID     int
			Result json.RawMessage
		}
		if json.Unmarshal(message[:len(message)-1], &m) != nil {
			return
		}
		d.mu.Lock()
		answer := d.waiting[m.ID]
		delete(d.waiting, m.ID)
		d.mu.Unlock()
		if answer != nil {
			answer <- m.Result
		}
	}
}

// call calls a method of the protocol. Without an answer in time, result stays
// as it is.
func (d *devTools) call(session, method string, params map[string]any, result any) error {
	d.mu.Lock()
	d.last++
	id, answer := d.last, make(chan json.RawMessage, 1)
	d.waiting[id] = answer
	request := map[string]any{"id": id, "method": method, "params": params}
	if session != "" {
		request["sessionId"] = session
	}
	message, err := json.Marshal(request)
	if err == nil {
		_, err = d.in.Write(append(message, 0))
	}
	d.mu.Unlock()
	if err != nil {
		return err
	}
	select {
	case raw := <-answer:
		return json.Unmarshal(raw, result)
	case <-time.After(limit):
		return fmt.Errorf("%s: timeout", method)
	}
}

// tab opens an empty page.
func (d *devTools) tab() (session, frame string, err error) {
	var target struct{ TargetID string }
	if err := d.call("", "Target.createTarget", map[string]any{"url": "about:blank"}, &target); err != nil {
		return "", "", err
	}
	var attached struct{ SessionID string }
	err = d.call("", "Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached)
	return attached.SessionID, target.TargetID, err
}

// load fetches a page and returns Chromium's error, "" if there is none.
func (d *devTools) load(session, frame, url string) string {
	var result struct {
		Resource struct {
			Success      bool
			NetErrorName string
		}
	}
	err := d.call(session, "Network.loadNetworkResource", map[string]any{"frameId": frame, "url": url, "options": map[string]any{"disableCache": true, "includeCredentials": false}}, &result)
	switch {
	case err != nil:
		return err.Error()
	case result.Resource.Success:
		return ""
	}
	return or(result.Resource.NetErrorName, "no words")
}

// firefoxSettings keep it from the network and to this machine.
const firefoxSettings = `user_pref("marionette.port", %d);
user_pref("network.dns.forceResolve", "127.0.0.1");
user_pref("network.dns.disableIPv6", true);
user_pref("network.proxy.type", 0);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("app.normandy.enabled", false);
user_pref("app.update.disabledForTesting", true);
user_pref("browser.safebrowsing.update.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("browser.startup.page", 0);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("services.settings.server", "data:,#remote-settings-dummy/v1");
user_pref("toolkit.telemetry.server", "data:,");
`

// askFirefox has a script in Firefox ask about all servers, by Marionette.
func askFirefox(t testing.TB, list []*served) map[string]string {
	t.Helper()
	home := t.TempDir()
	profile := filepath.Join(home, "profile")
	trustDatabase(t, profile, list)
	port := freePorts(t, 1)[0]
	if err := os.WriteFile(filepath.Join(profile, "user.js"), fmt.Appendf(nil, firefoxSettings, port), 0o600); err != nil {
		t.Fatal(err)
	}
	code, err := os.ReadFile(filepath.Join(testenv.Root(t), "testdata/clients/ask-firefox.js"))
	if err != nil {
		t.Fatal(err)
	}
	start(t, exec.Command("firefox-esr", "--headless", "--no-remote", "--profile", profile, "--marionette", "--remote-allow-system-access"), home)
	m, err := dialMarionette(port)
	if err != nil {
		t.Error(err)
		return nil
	}
	defer m.Close()
	var pairs [][2]string
	for _, s := range list {
		pairs = append(pairs, [2]string{s.id, s.url()})
	}
	wait := time.Duration(len(list))*time.Second + time.Minute
	var result struct{ Value map[string]string }
	for _, c := range []struct {
		name   string
		params any
		result any
	}{
		{"WebDriver:NewSession", map[string]any{}, nil},
		{"Marionette:SetContext", map[string]any{"value": "chrome"}, nil},
		{"WebDriver:SetTimeouts", map[string]any{"script": wait.Milliseconds()}, nil},
		{"WebDriver:ExecuteAsyncScript", map[string]any{"script": string(code), "args": []any{pairs}, "sandbox": "system"}, &result},
		{"Marionette:Quit", map[string]any{"flags": []string{"eForceQuit"}}, nil},
	} {
		if err := m.call(c.name, c.params, c.result); err != nil {
			t.Errorf("Firefox: %s: %v", c.name, err)
			return nil
		}
	}
	return result.Value
}

// marionette talks with Firefox: the length, a colon and JSON.
type marionette struct {
	net.Conn
	r    *bufio.Reader
	last int
}

func dialMarionette(port int) (*marionette, error) {
	for end := time.Now().Add(2 * time.Minute); ; time.Sleep(200 * time.Millisecond) {
		c, err := net.Dial("tcp", fmt.Sprint("127.0.0.1:", port))
		if err == nil {
			m := &marionette{Conn: c, r: bufio.NewReader(c)}
			_, err = m.message()
			return m, err
		}
		if time.Now().After(end) {
			return nil, fmt.Errorf("Firefox did not start: %w", err)
		}
	}
}

func (m *marionette) message() ([]byte, error) {
	size, err := m.r.ReadString(':')
	if err != nil {
		return nil, err
	}
	var n int
	if _, err := fmt.Sscanf(size, "%d:", &n); err != nil {
		return nil, err
	}
	b := make([]byte, n)
	_, err = io.ReadFull(m.r, b)
	return b, err
}

func (m *marionette) call(name string, params, result any) error {
	m.last++
	request, err := json.Marshal([]any{0, m.last, name, params})
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(m, "%d:%s", len(request), request); err != nil {
		return err
	}
	b, err := m.message()
	if err != nil {
		return err
	}
	var answer [4]json.RawMessage
	if err := json.Unmarshal(b, &answer); err != nil {
		return err
	}
	if string(answer[2]) != "null" {
		return fmt.Errorf("%s", answer[2])
	}
	if result == nil {
		return nil
	}
	return json.Unmarshal(answer[3], result)
}
