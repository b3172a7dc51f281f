package probe

import (
	"context"
	"crypto/tls"
	"net/http/httptrace"
	"sync"
	"time"

	"github.com/certconv/certconv/internal/served"
)

// stopwatch measures the parts of a fetch, one after the other. Those of several
// connections, as after a redirect, add up, and what has no end counts up to the end.
type stopwatch struct {
	mu      sync.Mutex // the transport may be told of a connection that nobody waits for any more
	times   served.Times
	part    *time.Duration // that runs, nil for none that is told apart
	since   time.Time
	stopped bool
}

// enter ends the part that runs, and begins another one.
func (w *stopwatch) enter(part *time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stopped {
		return
	}
	now := time.Now()
	if !w.since.IsZero() {
		passed := now.Sub(w.since)
		if w.times.All += passed; w.part != nil {
			*w.part += passed
		}
	}
	w.part, w.since = part, now
}

func (w *stopwatch) stop() served.Times {
	w.enter(nil)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stopped = true
	return w.times
}

// follow has requests with the context measured.
func (w *stopwatch) follow(ctx context.Context) context.Context {
	t := &w.times
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn:              func(string) { w.enter(&t.Connect) },
		DNSStart:             func(httptrace.DNSStartInfo) { w.enter(&t.DNS) },
		DNSDone:              func(httptrace.DNSDoneInfo) { w.enter(&t.Connect) },
		TLSHandshakeStart:    func() { w.enter(&t.TLS) },
		TLSHandshakeDone:     func(tls.ConnectionState, error) { w.enter(&t.Connect) },
		GotConn:              func(httptrace.GotConnInfo) { w.enter(&t.First) },
		GotFirstResponseByte: func() { w.enter(nil) },
	})
}
