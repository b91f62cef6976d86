// An export of any size is read in the same memory. The test starts its own binary as a second
// process, which reads the export, and measures the peak memory of that process.
//
//	WORDPRESS_MB=500 go test -run TestMemory -v ./wordpress
package wordpress_test

import (
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/syndicate-go/syndicate/wordpress"
)

// The environment variables of the second process.
const (
	readFile = "WORDPRESS_READ_FILE" // the file
	readAs   = "WORDPRESS_READ_AS"   // "articles", or "tokens" for encoding/xml alone
)

func TestMain(m *testing.M) {
	if path := os.Getenv(readFile); path != "" {
		if err := readInProcess(path, os.Getenv(readAs)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// readInProcess reads an export and prints the number of articles, the time and the peak memory of
// this process in KB.
func readInProcess(path, as string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	start, n := time.Now(), 0
	if as == "tokens" {
		d := xml.NewDecoder(file)
		for {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				return err
			}
			n++
		}
	} else {
		e := wordpress.Export{Input: file}
		for _, err := range e.Articles() {
			if err != nil {
				return err
			}
			n++
		}
	}
	took := time.Since(start)
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return err
	}
	peak := regexp.MustCompile(`VmHWM:\s*(\d+) kB`).FindSubmatch(status)
	if peak == nil {
		return fmt.Errorf("no VmHWM in /proc/self/status")
	}
	fmt.Println(n, took.Seconds(), string(peak[1]))
	return nil
}

// measured holds what readInProcess printed.
type measured struct {
	n       int
	seconds float64
	peakKB  int
}

func measure(t *testing.T, path, as string) (m measured) {
	t.Helper()
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), readFile+"="+path, readAs+"="+as)
	out, err := command.CombinedOutput()
	require.NoError(t, err, "%s", out)
	_, err = fmt.Sscan(string(out), &m.n, &m.seconds, &m.peakKB)
	require.NoError(t, err, "%s", out)
	return m
}

// WXR-1
func TestMemoryDoesNotGrowWithTheFile(t *testing.T) {
	if testing.Short() {
		t.Skip("writes and reads a large file")
	}
	if _, err := os.Stat("/proc/self/status"); err != nil {
		t.Skip("the system has no peak memory of a process in /proc")
	}
	mb := 32
	if text := os.Getenv("WORDPRESS_MB"); text != "" {
		var err error
		mb, err = strconv.Atoi(strings.TrimSpace(text))
		require.NoError(t, err)
	}
	paths := map[int]string{}
	for _, size := range []int{4, mb} {
		paths[size] = filepath.Join(t.TempDir(), "export.xml")
		file, err := os.Create(paths[size])
		require.NoError(t, err)
		require.NoError(t, writeExport(file, int64(size)<<20))
		require.NoError(t, file.Close())
	}
	small, large := measure(t, paths[4], "articles"), measure(t, paths[mb], "articles")
	assert.Positive(t, small.n)
	assert.Greater(t, large.n, small.n*mb/8)
	// An index entry has at most 200 bytes, and an item of the export about 5 KB. So 1 KB for each
	// MB is far more than the index needs, and far less than the file would need.
	assert.Less(t, large.peakKB-small.peakKB, 8<<10+mb*60, "KB of peak memory more for %d MB than for 4", mb)
	if mb > 32 { // when run by hand with WORDPRESS_MB
		tokens := measure(t, paths[mb], "tokens")
		rate := float64(mb) / large.seconds
		t.Logf("%d MB, %d articles: %.0f MB/s, peak %d MB (4 MB: %d MB); encoding/xml's tokens: %.0f MB/s, peak %d MB; ratio %.2f",
			mb, large.n, rate, large.peakKB>>10, small.peakKB>>10, float64(mb)/tokens.seconds, tokens.peakKB>>10, tokens.seconds/large.seconds)
	}
}
