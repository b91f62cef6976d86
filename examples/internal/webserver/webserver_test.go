package webserver

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestServerAnswersRequestsInProgressBeforeItEnds(t *testing.T) {
	listener, err := net.Listen("tcp", "localhost:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	finish := make(chan struct{})
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		stop()
		<-finish
		_, _ = io.WriteString(w, "done")
	})
	ended := make(chan error, 1)
	go func() { ended <- Serve(ctx, listener, handler, slog.New(slog.DiscardHandler)) }()
	body := make(chan string, 1)
	go func() {
		response, err := http.Get("http://" + listener.Addr().String())
		if !assert.NoError(t, err) {
			body <- ""
			return
		}
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		assert.NoError(t, err)
		body <- string(text)
	}()
	<-ctx.Done() // the request is in progress
	close(finish)
	assert.Equal(t, "done", <-body)
	assert.NoError(t, <-ended)
}

func TestServerThatCannotServeSaysWhy(t *testing.T) {
	listener, err := net.Listen("tcp", "localhost:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	err = Serve(t.Context(), listener, http.NotFoundHandler(), slog.New(slog.DiscardHandler))
	assert.ErrorIs(t, err, net.ErrClosed)
}
