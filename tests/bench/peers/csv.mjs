// Reads a table with another parser, as texts: `node csv.mjs papaparse FILE`; prints how many values there are and what it took.
import { createReadStream } from 'node:fs';
import { argv, cpuUsage, exit, resourceUsage } from 'node:process';

const [, , parser, path] = argv;
const CHUNK = { highWaterMark: 1 << 18 };

const parsers = {
  async papaparse() {
    const { default: papa } = await import('papaparse');
    let values = 0;
    return new Promise((resolve, reject) => {
      papa.parse(createReadStream(path, { ...CHUNK, encoding: 'utf8' }), {
        skipEmptyLines: true,
        chunk: ({ data }) => {
          for (const row of data) values += row.length;
        },
        complete: () => resolve(values),
        error: reject,
      });
    });
  },
  async 'csv-parse'() {
    const { parse } = await import('csv-parse');
    let values = 0;
    for await (const row of createReadStream(path, CHUNK).pipe(parse())) values += row.length;
    return values;
  },
  async udsv() {
    const { inferSchema, initParser } = await import('udsv');
    let table;
    let values = 0;
    for await (const text of createReadStream(path, { ...CHUNK, encoding: 'utf8' })) {
      table ??= initParser(inferSchema(text));
      table.chunk(text, table.stringArrs, (rows) => {
        values += rows.length;
      });
    }
    table.end();
    return values;
  },
};

const start = performance.now();
const before = cpuUsage();
const values = await parsers[parser]();
const { user, system } = cpuUsage(before);
console.log(
  JSON.stringify({
    values,
    seconds: (performance.now() - start) / 1000,
    processorSeconds: (user + system) / 1e6,
    peakBytes: resourceUsage().maxRSS * 1024,
  }),
);
exit(0);
