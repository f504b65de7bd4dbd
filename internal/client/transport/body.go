package transport

import (
	"errors"
	"fmt"
	"io"
)

const (
	// defaultMaxBodyBytes limits one decompressed response. The vendor documents no limit; a page of 1000 rows with 50 KiB
	// of payload each still fits.
	defaultMaxBodyBytes = 64 << 20
	// maxBodyStart is how many bytes of a body its description may look at.
	maxBodyStart = 2 << 10
)

// limitedBody reads at most a number of bytes of a response, and remembers the error that cut it short.
type limitedBody struct {
	source      io.Reader
	size, limit int64
	start       []byte // the first bytes, for the description of a body that is not JSON
	err         error
}

// Read reads from the response.
func (b *limitedBody) Read(buffer []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	read, err := b.source.Read(buffer)
	b.size += int64(read)
	b.start = append(b.start, buffer[:min(read, maxBodyStart-len(b.start))]...)
	switch {
	case b.size > b.limit:
		b.err = ErrBodyTooLarge
		return 0, b.err
	case err != nil && !errors.Is(err, io.EOF):
		b.err = fmt.Errorf("the answer broke off: %w", err)
		return read, b.err
	}
	return read, err
}

// describe returns the size and the title of a body that is not JSON, and none of its content, which may be a
// customer's. It returns "" for JSON.
func (b *limitedBody) describe(contentType string) string {
	start := trimBody(b.start)
	if len(start) == 0 || start[0] == '{' || start[0] == '[' {
		return ""
	}
	size := fmt.Sprintf("%d bytes", b.size)
	if b.size >= maxErrorBytes {
		size = fmt.Sprintf("at least %d bytes", maxErrorBytes)
	}
	if isHTML(contentType, start) {
		return htmlTitle(b.start) + ", " + size
	}
	return size
}
