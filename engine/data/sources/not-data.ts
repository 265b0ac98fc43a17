import { basename } from 'node:path';
import { StrataError } from '../../core/errors.ts';
import { openTree } from './archive.ts';
import { ABOUT } from './parts.ts';
import type { Source } from './source.ts';

/** Zip and gzip are the kinds that are looked through. */
const UNPACK = 'Unpack it and import the file or folder, or pack it as .zip or .tar.gz.';
const FROM_PYTHON =
  'Load it in Python and save its arrays with numpy.savez, or its table with pandas as CSV or Parquet.';
const TABLE = 'Save its table as CSV or Parquet in the program that wrote it, or with pandas.';

interface Other {
  readonly mark: RegExp;
  readonly what: string;
  readonly fix: string;
}

/** Contents that are no data, whatever a file is called: what a browser or an office program wrote in their place. */
const DOCUMENTS: readonly Other[] = [
  {
    mark: /^\s*(?:<!doctype html|<html|<head)/i,
    what: 'a web page',
    fix: 'Download the file itself: the page may only lead to it, or ask you to log in.',
  },
  {
    mark: /^(?:\xff\xfe\0\0|\0\0\xfe\xff)/,
    what: 'a text in UTF-32',
    fix: 'Save it in UTF-8.',
  },
  { mark: /^%PDF-/, what: 'a PDF document', fix: 'Save its tables as CSV or Excel.' },
  {
    mark: /^\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1/,
    what: 'a workbook or document of an old Office (.xls, .doc)',
    fix: 'Open it and save it as .xlsx or CSV, without a password.',
  },
  {
    mark: /^PK\x03\x04.{26}mimetypeapplication\/vnd\.oasis\.opendocument/s,
    what: 'an OpenDocument file (.ods, .odt)',
    fix: 'Open it and save its sheet as .xlsx or CSV.',
  },
];

const PACKED: readonly Other[] = [
  { mark: /^BZh[1-9]1AY&SY/, what: 'packed with bzip2', fix: UNPACK },
  { mark: /^\xfd7zXZ\0/, what: 'packed with xz', fix: UNPACK },
  { mark: /^\x28\xb5\x2f\xfd/, what: 'packed with Zstandard', fix: UNPACK },
  { mark: /^7z\xbc\xaf\x27\x1c/, what: 'a 7-Zip archive', fix: UNPACK },
  { mark: /^Rar!\x1a\x07/, what: 'a RAR archive', fix: UNPACK },
];

/** Data of other programs, which can write it in a way that is read. */
const PROGRAMS: readonly Other[] = [
  {
    mark: /^MATLAB \d/,
    what: 'a MATLAB file (.mat)',
    fix: 'Save its arrays with writematrix or writetable as CSV in MATLAB, or load it in Python (scipy.io.loadmat, h5py) and save it with numpy.savez.',
  },
  {
    mark: /^\x89HDF\r\n\x1a\n/,
    what: 'an HDF5 file (.h5, .hdf5)',
    fix: 'Load it in Python (h5py, or pandas.read_hdf for a table) and save its arrays with numpy.savez, or its table as Parquet or CSV.',
  },
  {
    mark: /^(?:\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19|PK\x03\x04.{26}[^/]+\/(?:data\.pkl|\.format_version))/s,
    what: 'a PyTorch file (.pt, .pth)',
    fix: 'Load it with torch.load and save its tensors with safetensors.torch.save_file, or numpy.savez.',
  },
  {
    // Protocols 2 to 5 begin with their number; what began with 0 or 1, with what is made first.
    mark: /^(?:\x80[\x02-\x05]|[}\]]q\0|\([dl]p\d*\n|\(?c(?:copy_reg|__builtin__|numpy|pandas)[\w.]*\n)/,
    what: 'a pickle of Python (.pkl)',
    fix: FROM_PYTHON,
  },
  {
    mark: /^\d+ \d+\n[^\s\0]+ [^\n]*[\0-\x08]/,
    what: 'word vectors in the binary form of word2vec (.bin)',
    fix: 'Load them with gensim (KeyedVectors.load_word2vec_format, binary=True) and save them as text (save_word2vec_format).',
  },
  {
    mark: /^FEA1/,
    what: 'a Feather file of version 1',
    fix: 'Read it with pandas or R and write it again: as Feather of version 2, Parquet or CSV.',
  },
  {
    mark: /^(?:RD[AX][23]\n|X\n\0\0\0[\x02\x03]|A\n[23]\n\d+\n)/,
    what: 'an R file (.RData, .rds)',
    fix: 'Load it in R and save its table with write.csv or arrow::write_parquet.',
  },
  { mark: /^\$FL[23]/, what: 'an SPSS file (.sav)', fix: TABLE },
  { mark: /^<stata_dta>/, what: 'a Stata file (.dta)', fix: TABLE },
  { mark: /^\0{12}\xc2\xea\x81`\xb3\x14\x11\xcf\xbd\x92\x08\0/, what: 'a SAS file (.sas7bdat)', fix: TABLE },
  { mark: /^ORC/, what: 'an ORC file', fix: TABLE },
  { mark: /^Obj\x01/, what: 'an Avro file', fix: TABLE },
];

/** Archives that are a file of a program, by a file that is in them. */
const INSIDE: readonly Other[] = [
  {
    mark: /^xl\/workbook\.bin$/,
    what: 'a binary workbook (.xlsb)',
    fix: 'Open it and save it as .xlsx or CSV.',
  },
  {
    mark: /^word\/document\.xml$/,
    what: 'a Word document (.docx)',
    fix: 'Save its tables as CSV, or the text as .txt.',
  },
  {
    mark: /^Index\/.*\.iwa$/,
    what: 'a document of Numbers or Pages',
    fix: 'Export it as Excel, CSV or text.',
  },
];

const OTHERS = [...DOCUMENTS, ...PACKED, ...PROGRAMS];

/** Files of a folder or an archive that are looked at to say why it is not known. */
const MOST_LOOKED_AT = 20;

/** Throws `SOURCE_NOT_DATA` where a file is of a kind that holds no data that could be read. */
export function requireData({ path, head }: Source): void {
  const start = head
    .subarray(0, 1024)
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '');
  refuse(
    path,
    OTHERS.find(({ mark }) => mark.test(start)),
  );
}

function refuse(where: string, other: Other | undefined): void {
  if (!other) return;
  throw new StrataError({
    code: 'SOURCE_NOT_DATA',
    message: `This is ${other.what}, which Strata does not read.`,
    where,
    got: other.what,
    fix: other.fix,
  });
}

/** The same for a folder or an archive that no format knows, and its first files. */
export async function requireDataInside(source: Source): Promise<void> {
  const tree = await openTree(source);
  try {
    refuse(
      source.path,
      INSIDE.find(({ mark }) => tree.paths.some((path) => mark.test(path))),
    );
    const paths = tree.paths.filter((path) => !ABOUT.test(basename(path)));
    for (const path of paths.slice(0, MOST_LOOKED_AT)) requireData(await tree.source(path));
  } finally {
    tree.close();
  }
}
