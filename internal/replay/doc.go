// Package replay reads and writes recordings: the records of a session as they
// came, and what is needed to decode them elsewhere.
//
// A recording is the line "exectrail recording 1" and frames until the end of
// the file. A frame is the length of its content (4 bytes), the CRC-32C of that
// (4 bytes), both little endian, and the content: the header as JSON in the first frame
// (see [Header]), a record in each of the others.
package replay
