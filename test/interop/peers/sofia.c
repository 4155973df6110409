/*
 * A called party on Sofia-SIP's nua: PRACK, session timers and UPDATE as that library does them.
 *
 *   sofia <SIP port> <RTP port> <session timer, s, or 0>
 *
 * Its sound is somebody else's matter: it says an RTP port and no more. Commands come as lines on standard input, events go as
 * lines to standard output: `i_prack 200`, `i_state ready`, ...
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct party party;
#define NUA_MAGIC_T party
#define SU_ROOT_MAGIC_T party
#include <sofia-sip/nua.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/su_wait.h>
#include <sofia-sip/sip_extra.h>

struct party {
  su_root_t *root;
  nua_t *nua;
  nua_handle_t *call; /* of the last INVITE, or NULL */
};

static void on_event(nua_event_t event, int status, char const *phrase, nua_t *nua, party *self, nua_handle_t *nh,
                     nua_hmagic_t *magic, sip_t const *sip, tagi_t tags[])
{
  int state = -1;

  if (event == nua_i_state) {
    tl_gets(tags, NUTAG_CALLSTATE_REF(state), TAG_END());
    printf("i_state %s\n", nua_callstate_name(state));
    return;
  }
  printf("%s %d", nua_event_name(event) + strlen("nua_"), status);
  if (sip && sip->sip_session_expires)
    printf(" session-expires=%lu refresher=%s", sip->sip_session_expires->x_delta,
           sip->sip_session_expires->x_refresher ? sip->sip_session_expires->x_refresher : "none");
  printf("\n");
  fflush(stdout);

  if (event == nua_i_invite && self->call == NULL)
    self->call = nua_handle_ref(nh);
  if (event == nua_i_terminated && nh == self->call) {
    nua_handle_unref(nh);
    self->call = NULL;
  }
  if (event == nua_r_shutdown && status >= 200)
    su_root_break(self->root);
}

static void obey(party *self, char const *command)
{
  nua_handle_t *call = self->call;

  if (strcmp(command, "quit") == 0) {
    nua_shutdown(self->nua);
    return;
  }
  if (call == NULL) {
    printf("no call for: %s\n", command);
    return;
  }
  if (strcmp(command, "ring") == 0)
    nua_respond(call, SIP_180_RINGING, TAG_END());
  else if (strcmp(command, "progress") == 0)
    nua_respond(call, SIP_183_SESSION_PROGRESS, TAG_END());
  else if (strcmp(command, "answer") == 0)
    nua_respond(call, SIP_200_OK, TAG_END());
  else if (strcmp(command, "hold") == 0)
    nua_invite(call, SOATAG_HOLD("audio"), TAG_END());
  else if (strcmp(command, "resume") == 0)
    nua_invite(call, SOATAG_HOLD(""), TAG_END());
  else if (strcmp(command, "update") == 0)
    nua_update(call, TAG_END());
  else if (strcmp(command, "update-hold") == 0)
    nua_update(call, SOATAG_HOLD("audio"), TAG_END());
  else if (strcmp(command, "update-resume") == 0)
    nua_update(call, SOATAG_HOLD(""), TAG_END());
  else if (strcmp(command, "bye") == 0)
    nua_bye(call, TAG_END());
  else
    printf("unknown command: %s\n", command);
}

static int on_input(party *self, su_wait_t *wait, su_wakeup_arg_t *arg)
{
  static char text[256];
  static size_t held = 0;
  char *end;
  ssize_t got = read(STDIN_FILENO, text + held, sizeof text - 1 - held);

  if (got <= 0) { /* nobody is left to tell us anything */
    su_root_break(self->root);
    return 0;
  }
  held += (size_t)got;
  text[held] = '\0';
  while ((end = strchr(text, '\n'))) {
    *end = '\0';
    obey(self, text);
    held -= (size_t)(end + 1 - text);
    memmove(text, end + 1, held + 1);
  }
  return 0;
}

int main(int argc, char *argv[])
{
  party self = {NULL, NULL, NULL};
  su_wait_t wait[1];
  char url[64], sdp[256];
  int timer;

  if (argc != 4) {
    fprintf(stderr, "usage: sofia <SIP port> <RTP port> <session timer>\n");
    return 2;
  }
  timer = atoi(argv[3]);
  snprintf(url, sizeof url, "sip:127.0.0.1:%d", atoi(argv[1]));
  snprintf(sdp, sizeof sdp,
           "v=0\r\no=sofia 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
           "m=audio %d RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n",
           atoi(argv[2]));
  setvbuf(stdout, NULL, _IOLBF, 0);

  su_init();
  self.root = su_root_create(&self);
  self.nua = nua_create(self.root, on_event, &self, NUTAG_URL(url), NUTAG_AUTOANSWER(0), NUTAG_AUTOALERT(0),
                        NUTAG_EARLY_MEDIA(1), NUTAG_SESSION_TIMER(timer), NUTAG_MIN_SE(timer ? 2 : 120),
                        NUTAG_SESSION_REFRESHER(timer ? nua_local_refresher : nua_no_refresher),
                        NUTAG_UPDATE_REFRESH(1), SIPTAG_SUPPORTED_STR("100rel, timer"), SOATAG_USER_SDP_STR(sdp),
                        TAG_END());
  if (self.nua == NULL) {
    fprintf(stderr, "cannot listen at %s\n", url);
    return 1;
  }
  su_wait_create(wait, STDIN_FILENO, SU_WAIT_IN);
  su_root_register(self.root, wait, on_input, NULL, 0);
  printf("ready\n");
  su_root_run(self.root);
  su_root_unregister(self.root, wait, on_input, NULL);
  nua_destroy(self.nua);
  su_root_destroy(self.root);
  su_deinit();
  return 0;
}
