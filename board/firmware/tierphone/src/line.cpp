#include "line.h"

void Line::add(char one) {
  if (length_ < LONGEST) text_[length_++] = one;
}

void Line::hex(uint8_t byte) {
  static const char DIGITS[] = "0123456789ABCDEF";
  add(DIGITS[byte >> 4]);
  add(DIGITS[byte & 0xf]);
}

void Line::begin(const char *type) {
  length_ = 0;
  sent_ = 0;
  add('$');
  while (*type) add(*type++);
}

void Line::field(const char *text) {
  add(',');
  while (*text) add(*text++);
}

void Line::field(char one) {
  add(',');
  add(one);
}

void Line::field(uint32_t number) {
  char digits[10];
  uint8_t count = 0;
  do {
    digits[count++] = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number > 0);
  add(',');
  while (count > 0) add(digits[--count]);
}

void Line::endNumbered(uint16_t number) {
  field(static_cast<uint32_t>(number));
  // CRC-16/IBM-3740: polynomial 0x1021, begun with 0xFFFF.
  uint16_t crc = 0xffff;
  for (uint8_t at = 1; at < length_; at++) {
    crc ^= static_cast<uint16_t>(static_cast<uint8_t>(text_[at])) << 8;
    for (uint8_t bit = 0; bit < 8; bit++) {
      const uint16_t shifted = static_cast<uint16_t>(crc << 1);
      crc = crc & 0x8000 ? shifted ^ 0x1021 : shifted;
    }
  }
  add(',');
  hex(crc >> 8);
  hex(crc & 0xff);
  end();
}

void Line::end() {
  uint8_t sum = 0;
  for (uint8_t at = 1; at < length_; at++) sum ^= static_cast<uint8_t>(text_[at]);
  add('*');
  hex(sum);
  add('\r');
  add('\n');
}
