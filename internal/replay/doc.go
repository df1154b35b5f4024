// Package replay reads and writes recordings: the records of a session as they
// came, and what is needed to decode them elsewhere.
//
// A recording is the line "exectrail recording 1", a line of JSON (see
// [Header]), and frames until the end of the file. A frame is the length of a record (4
// bytes), its CRC-32C (4 bytes), both little endian, and the record.
package replay
