#include "reader.h"

#include <string.h>

bool Reader::take(uint8_t byte, Command &command) {
  if (byte == '$') {
    inside_ = true;
    length_ = 0;
    return false;
  }
  if (!inside_) return false;
  if (byte == '\r') return false;
  if (byte == '\n') {
    inside_ = false;
    text_[length_] = 0;
    return read(command);
  }
  if (length_ == LONGEST) inside_ = false;
  else text_[length_++] = static_cast<char>(byte);
  return false;
}

// Upper case only, as all lines are written: a flipped bit must not pass for the other case.
static int8_t digit(char hex) {
  if (hex >= '0' && hex <= '9') return static_cast<int8_t>(hex - '0');
  if (hex >= 'A' && hex <= 'F') return static_cast<int8_t>(hex - 'A' + 10);
  return -1;
}

// A number of 0 to 65535 and nothing else.
static bool number(const char *text, uint16_t &value) {
  uint32_t sum = 0;
  uint8_t digits = 0;
  for (; *text; text++, digits++) {
    if (*text < '0' || *text > '9' || digits == 5) return false;
    sum = sum * 10 + static_cast<uint8_t>(*text - '0');
  }
  value = static_cast<uint16_t>(sum);
  return digits > 0 && sum <= 0xffff;
}

bool Reader::read(Command &command) {
  if (length_ < 4 || text_[length_ - 3] != '*') return false;
  uint8_t sum = 0;
  for (uint8_t at = 0; at < length_ - 3; at++) sum ^= static_cast<uint8_t>(text_[at]);
  const int8_t high = digit(text_[length_ - 2]);
  const int8_t low = digit(text_[length_ - 1]);
  if (high < 0 || low < 0 || ((high << 4) | low) != sum) return false;
  text_[length_ - 3] = 0;

  if (strcmp(text_, "HELLO") == 0) {
    command.kind = Command::HELLO;
    return true;
  }
  if (strcmp(text_, "HELLO,2") == 0) {
    command.kind = Command::HELLO_NUMBERED;
    return true;
  }
  if (strncmp(text_, "AGAIN,", 6) == 0) {
    command.kind = Command::AGAIN;
    return number(text_ + 6, command.number);
  }
  if (strncmp(text_, "LED,", 4) != 0) return false;
  command.kind = Command::LED;
  const char *rest = text_ + 4;
  if (strncmp(rest, "line,", 5) == 0) {
    command.lamp = LAMP_LINE;
    rest += 5;
  } else if (strncmp(rest, "fault,", 6) == 0) {
    command.lamp = LAMP_FAULT;
    rest += 6;
  } else {
    return false;
  }
  if (strcmp(rest, "on") == 0) command.state = LAMP_ON;
  else if (strcmp(rest, "off") == 0) command.state = LAMP_OFF;
  else if (strcmp(rest, "blink") == 0) command.state = LAMP_BLINK;
  else return false;
  return true;
}
