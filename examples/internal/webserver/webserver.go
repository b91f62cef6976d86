// Package webserver runs the HTTP servers of the examples. It shows what a server on the open
// internet needs besides a handler: time-outs, a limit for headers, and a graceful end.
package webserver

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Serve serves handler on listener until ctx ends. It then closes the listener, waits up to 10
// seconds for requests that are in progress, and returns nil. Errors of net/http are logged as
// warnings.
func Serve(ctx context.Context, listener net.Listener, handler http.Handler, log *slog.Logger) error {
	server := &http.Server{
		Handler: handler,
		// A client that sends its request slowly must not occupy a connection for long.
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		// A feed takes at most 10 seconds to make. The rest of the minute is for sending it.
		WriteTimeout: time.Minute,
		// Feed readers that poll rarely should not occupy connections in between.
		IdleTimeout:    2 * time.Minute,
		MaxHeaderBytes: 16 << 10,
		ErrorLog:       slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	// Server.Serve returns as soon as Shutdown begins, so the result of Shutdown is awaited.
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		stopped <- server.Shutdown(ctx)
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-stopped
}
