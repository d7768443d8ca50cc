package blockctl

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestEventsAreGathered(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		rounds := 0
		soon := gathered(func() { rounds++ })

		for range 2 {
			for range 20 {
				soon()
				time.Sleep(time.Millisecond)
			}

			time.Sleep(burst)
			synctest.Wait()
		}

		if rounds != 2 {
			t.Errorf("%d rounds for two bursts", rounds)
		}

		// None may be lost: the last event of all is looked at, too.
		soon()
		time.Sleep(burst)
		synctest.Wait()

		if rounds != 3 {
			t.Errorf("%d rounds after one more event", rounds)
		}
	})
}
