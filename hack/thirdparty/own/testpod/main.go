// Testpod proves that a cluster works: one copy serves, another asks it by the
// DNS name of its Service.
//
//	testpod serve [:8080]          answers with its host name
//	testpod ask http://name:port/  asks until it is answered, prints the answer
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	args := os.Args[1:]
	if len(args) == 0 {
		args = []string{"serve"}
	}

	var err error

	switch {
	case args[0] == "serve" && len(args) <= 2:
		address := ":8080"
		if len(args) == 2 {
			address = args[1]
		}

		err = serve(ctx, address)
	case args[0] == "ask" && len(args) == 2:
		err = ask(ctx, args[1], 5*time.Minute)
	default:
		err = errors.New("usage: testpod serve [address] | testpod ask url")
	}

	if err != nil {
		fmt.Fprintln(os.Stderr, "testpod:", err)
		os.Exit(1)
	}
}

func serve(ctx context.Context, address string) error {
	name, err := os.Hostname()
	if err != nil {
		return err
	}

	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "hello from %s to %s\n", name, r.RemoteAddr)
		fmt.Printf("%s %s for %s\n", r.Method, r.URL.Path, r.RemoteAddr)
	})

	srv := &http.Server{Addr: address, Handler: mux, ReadHeaderTimeout: 5 * time.Second}

	go func() {
		<-ctx.Done()
		srv.Close()
	}()

	fmt.Println("listening on", address)

	if err = srv.ListenAndServe(); errors.Is(err, http.ErrServerClosed) {
		return nil
	}

	return err
}

// ask resolves the name anew for each try: the first answer may be that there
// is no such name yet.
func ask(ctx context.Context, url string, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()

	client := &http.Client{
		Timeout:   5 * time.Second,
		Transport: &http.Transport{DisableKeepAlives: true},
	}

	for {
		body, err := once(ctx, client, url)
		if err == nil {
			fmt.Println(strings.TrimSpace(body))

			return nil
		}

		fmt.Fprintln(os.Stderr, "not yet:", err)

		select {
		case <-ctx.Done():
			return err
		case <-time.After(time.Second):
		}
	}
}

func once(ctx context.Context, client *http.Client, url string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}

	resp, err := client.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()

	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return "", err
	}

	if resp.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s: %s", url, resp.Status)
	}

	return string(body), nil
}
