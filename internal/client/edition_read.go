package client

import "context"

// readInEdition reads with the routes of the edition that the server speaks, and remembers which one that is. missing gets
// a 404 and says what it means: a proved absence, or an error that decides nothing.
func readInEdition[T any](
	ctx context.Context, c *Client,
	read func(ctx context.Context, edition Edition) (T, error), missing func(ctx context.Context, edition Edition, notFound error) error,
) (T, error) {
	return withEdition(ctx, c, func(ctx context.Context, edition Edition) (T, error) {
		if edition != EditionAuto {
			value, err := read(ctx, edition)
			if IsNotFound(err) {
				err = missing(ctx, edition, err)
			}
			return value, err
		}
		value, edition, failures, err := bothEditions(ctx, read)
		switch {
		case failures != nil:
			return explain(failures, func(edition Edition, err error) (T, error) {
				if IsNotFound(err) {
					err = missing(ctx, edition, err)
				}
				return value, err
			})
		case err == nil:
			c.edition.detect(edition)
		}
		return value, err
	})
}
