// Reads the log of the counting source.
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';

export interface Call {
  readonly day: string;
  readonly pid: number;
}

export class CallLog {
  private offset = 0;

  constructor(readonly file: string) {}

  readNew(): Call[] {
    if (!existsSync(this.file)) return [];
    const descriptor = openSync(this.file, 'r');
    try {
      const bytes = Buffer.alloc(fstatSync(descriptor).size - this.offset);
      readSync(descriptor, bytes, 0, bytes.length, this.offset);
      this.offset += bytes.length;
      return bytes
        .toString()
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => {
          const [day = '', pid] = line.split(' ');
          return { day, pid: Number(pid) };
        });
    } finally {
      closeSync(descriptor);
    }
  }
}
