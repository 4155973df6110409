#pragma once
#include <stdint.h>

// What can be told of the phone, one byte each. KEY_DOWN and KEY_UP have the key's place in KEYS added.
enum Event : uint8_t {
  HOOK_ON = 0,
  HOOK_OFF = 1,
  TAMPER_CLOSED = 2,
  TAMPER_OPEN = 3,
  VOL_UP = 4,
  VOL_DOWN = 5,
  KEY_DOWN = 0x10,
  KEY_UP = 0x20
};

#define KEYS "0123456789*#"

// The last events, each with its number: what waits to be said, and what may be asked for again.
class Events {
 public:
  static const uint8_t KEPT = 64;

  Events() : made_(0), next_(0), said_(0) {}

  void add(uint8_t event) {
    ring_[made_ % KEPT] = event;
    made_++;
    // A line that has been shut for so long: the oldest that was to be said is gone.
    if (distance(next_, made_) > KEPT) next_ = made_ - KEPT;
  }

  bool waiting() const { return next_ != made_; }

  // The next event to say, and its number.
  uint8_t take(uint16_t &number) {
    number = next_++;
    if (distance(said_, next_) > 0) said_ = next_;
    return ring_[number % KEPT];
  }

  // The number of the first event that was never said.
  uint16_t said() const { return said_; }

  // Says all from this one on once more, or from the oldest that is still there.
  void again(uint16_t from) {
    if (distance(from, said_) <= 0) return;
    next_ = distance(from, made_) > KEPT ? static_cast<uint16_t>(made_ - KEPT) : from;
  }

 private:
  static int16_t distance(uint16_t from, uint16_t to) { return static_cast<int16_t>(static_cast<uint16_t>(to - from)); }

  uint8_t ring_[KEPT];
  uint16_t made_;
  uint16_t next_;
  uint16_t said_;
};
