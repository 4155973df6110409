#pragma once
#include <stdint.h>

enum Lamp : uint8_t { LAMP_LINE, LAMP_FAULT };
enum LampState : uint8_t { LAMP_OFF, LAMP_ON, LAMP_BLINK };

// What the terminal wants.
struct Command {
  enum Kind : uint8_t {
    // A beat at once.
    HELLO,
    // The same, and from now on every line with a number and a CRC.
    HELLO_NUMBERED,
    // All events from `number` on once more.
    AGAIN,
    LED
  };
  Kind kind;
  uint16_t number;
  Lamp lamp;
  LampState state;
};

// Finds the terminal's lines among bytes. A `$` begins a line whatever came before it; what is wrong is dropped.
class Reader {
 public:
  Reader() : length_(0), inside_(false) {}

  // One byte has come. True when it ended a line that is a command.
  bool take(uint8_t byte, Command &command);

 private:
  static const uint8_t LONGEST = 24;

  bool read(Command &command);

  // Between `$` and the end of the line.
  char text_[LONGEST + 1];
  uint8_t length_;
  bool inside_;
};
