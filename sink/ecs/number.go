package ecs

import (
	"math/bits"
	"slices"
)

// appendUint appends n in decimal, two digits at a time and in place.
func appendUint(dst []byte, n uint64) []byte {
	if n < 10 {
		return append(dst, byte('0'+n))
	}
	if cap(dst)-len(dst) < mostDigits {
		dst = slices.Grow(dst, mostDigits)
	}
	end := len(dst) + decimalDigits(n)
	dst = dst[:end]
	for n >= 100 {
		pair := n % 100 * 2
		n /= 100
		dst[end-1], dst[end-2] = pairs[pair+1], pairs[pair]
		end -= 2
	}
	if n >= 10 {
		dst[end-1], dst[end-2] = pairs[n*2+1], pairs[n*2]
	} else {
		dst[end-1] = byte('0' + n)
	}
	return dst
}

const mostDigits = 20 // of a number of 64 bits

// decimalDigits returns the number of digits of n, which is not 0. From the
// number of bits it is known but for one: log10(2) is about 1233/4096.
func decimalDigits(n uint64) int {
	t := bits.Len64(n) * 1233 >> 12
	if n >= powers[t%len(powers)] {
		t++
	}
	return t
}

// powers are the powers of ten that have 64 bits.
var powers = [mostDigits]uint64{
	1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
}

const pairs = "00010203040506070809" +
	"10111213141516171819" +
	"20212223242526272829" +
	"30313233343536373839" +
	"40414243444546474849" +
	"50515253545556575859" +
	"60616263646566676869" +
	"70717273747576777879" +
	"80818283848586878889" +
	"90919293949596979899"
