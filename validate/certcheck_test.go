package validate

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"testing"
)

// Most numbers that are no squares are told by their remainders, and no square is.
func TestMaybeSquare(t *testing.T) {
	for _, m := range []uint64{63, 65, 11} {
		squares := map[uint64]bool{}
		for i := range m {
			squares[i*i%m] = true
		}
		for n := range m {
			if residue(n, m) != squares[n] {
				t.Errorf("%d modulo %d: %v", n, m, !squares[n])
			}
		}
	}
	passed := 0
	for n := range int64(10_000) {
		root := int64(math.Sqrt(float64(n)))
		switch maybe := maybeSquare(big.NewInt(n)); {
		case root*root == n && !maybe:
			t.Errorf("%d is a square", n)
		case root*root != n && maybe:
			passed++
		}
	}
	if passed > 200 {
		t.Errorf("%d of 10,000 numbers may be squares and are none", passed)
	}
}

// Of many purposes the first twenty are named.
func TestPurposeNames(t *testing.T) {
	many := make([]string, 25)
	for i := range many {
		many[i] = "1.2." + strconv.Itoa(i)
	}
	first := strings.Join(many[:20], ", ")
	for n, want := range map[int]string{0: "nothing", 1: "1.2.0", 20: first, 21: first + ", 1 more", 25: first + ", 5 more"} {
		if got := purposeNames(many[:n]).String(); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
}
