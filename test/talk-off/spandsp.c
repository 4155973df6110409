/*
 * Digits that spandsp's DTMF receiver, as it comes, finds in 16-bit 8 kHz sound on standard input.
 * Prints a line for each, the sample at whose block it was sure and the digit; then the microseconds
 * of processor time that 20 ms of sound took.
 */
#include <spandsp.h>
#include <stdio.h>
#include <time.h>

static long long samples;

static void digit(void *user, int code, int level, int delay)
{
    (void) user;
    (void) level;
    (void) delay;
    if (code != 0)
        printf("%lld %c\n", samples, code);
}

int main(void)
{
    int16_t frame[160];
    clock_t spent = 0;
    size_t n;
    dtmf_rx_state_t *state = dtmf_rx_init(NULL, NULL, NULL);

    if (state == NULL)
        return 1;
    dtmf_rx_set_realtime_callback(state, digit, NULL);
    while ((n = fread(frame, sizeof frame[0], 160, stdin)) > 0) {
        clock_t from = clock();
        dtmf_rx(state, frame, (int) n);
        spent += clock() - from;
        samples += (long long) n;
    }
    printf("cost %.3f\n", samples == 0 ? 0.0 : spent * 1e6 / CLOCKS_PER_SEC / (samples / 160.0));
    dtmf_rx_free(state);
    return 0;
}
