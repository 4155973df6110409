import type { MediaSessions, RemoteMedia, Telephony, TelephonyEvent } from '../../../src/terminal/telephony/port.ts';

/** Media that binds nothing, and writes down in one list what is done with it and what is told. */
export class Recorder implements MediaSessions {
  /** In order: `open one`, `ringing one`, `connect one`, `answered one`... */
  readonly lines: string[] = [];
  readonly events: TelephonyEvent[] = [];
  readonly connected: RemoteMedia[] = [];
  readonly open_ = new Set<string>();
  completed = false;
  /** Set to make `open` fail. */
  fault: Error | null = null;
  #port = 40_000;

  async open(call: string): Promise<number> {
    if (this.fault) throw this.fault;
    this.lines.push(`open ${call}`);
    this.open_.add(call);
    this.#port += 2;
    return this.#port;
  }

  connect(call: string, remote: RemoteMedia): void {
    this.lines.push(`connect ${call}`);
    this.connected.push(remote);
  }

  release(call: string): void {
    if (this.open_.delete(call)) this.lines.push(`release ${call}`);
  }

  listen(telephony: Telephony): void {
    telephony.events.subscribe({
      next: (event) => {
        this.events.push(event);
        if ('call' in event) this.lines.push(`${event.type} ${event.call}`);
      },
      complete: () => {
        this.completed = true;
      },
    });
  }
}
