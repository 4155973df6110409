#pragma once
#include <stdint.h>

// A line being written: `$`, fields, then `*`, the XOR of all between in hex, CR and LF, as NMEA 0183 has it.
class Line {
 public:
  // As NMEA 0183 bounds it, with `$`, CR and LF.
  static const uint8_t LONGEST = 82;

  Line() : length_(0), sent_(0) {}

  void begin(const char *type);
  // Adds a comma and the field.
  void field(const char *text);
  void field(char one);
  void field(uint32_t number);
  // Adds a number and the CRC-16 of all before, then ends the line.
  void endNumbered(uint16_t number);
  void end();

  // The next byte to send; -1 when all are.
  int next() { return sent_ < length_ ? static_cast<uint8_t>(text_[sent_++]) : -1; }

 private:
  void add(char one);
  void hex(uint8_t byte);

  char text_[LONGEST];
  uint8_t length_;
  uint8_t sent_;
};
