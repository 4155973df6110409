#pragma once
#include <stdint.h>

// A contact that bounces. Looked at once a millisecond; a level counts once it has stood for so many looks.
class Debounce {
 public:
  Debounce(uint8_t on, uint8_t off) : on_(on), off_(off), state_(false), stood_(0) {}

  void begin(bool level) {
    state_ = level;
    stood_ = 0;
  }

  // One look. True when the state has changed with it.
  bool look(bool level) {
    if (level == state_) {
      stood_ = 0;
      return false;
    }
    if (++stood_ < (level ? on_ : off_)) return false;
    begin(level);
    return true;
  }

  bool state() const { return state_; }

 private:
  uint8_t on_;
  uint8_t off_;
  bool state_;
  uint8_t stood_;
};
