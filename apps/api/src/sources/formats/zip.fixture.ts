import { crc32, deflateRawSync } from 'node:zlib';

interface ZipOptions {
  /** 1: encrypted. */
  readonly flags?: number;
  /** 0: stored; every other one is packed as 8, deflate, is. @default 8 */
  readonly method?: number;
  /** Instead of the right one. */
  readonly checksum?: number;
  /** Instead of the right one. */
  readonly size?: number;
}

/** A zip of these files, as APPNOTE.TXT has it; a name that ends in a slash is a folder. */
export function zipOf(
  files: Readonly<Record<string, string | Uint8Array>>,
  { flags = 0, method = 8, checksum, size }: ZipOptions = {},
): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const bytes = Buffer.from(content);
    const packed = method === 0 ? bytes : deflateRawSync(bytes);
    const nameBytes = Buffer.from(name);
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    // Bit 11: the name is UTF-8.
    shared.writeUInt16LE(flags | 0x800, 2);
    shared.writeUInt16LE(method, 4);
    shared.writeUInt32LE(checksum ?? crc32(bytes), 10);
    shared.writeUInt32LE(packed.length, 14);
    shared.writeUInt32LE(size ?? bytes.length, 18);
    shared.writeUInt16LE(nameBytes.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), shared, nameBytes, packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    central.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), shared, rest, nameBytes]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(central.length, 8);
  end.writeUInt16LE(central.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}
