import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ImportFolder } from '../../../tests/harness/import.ts';

let folder: ImportFolder;
beforeEach(async () => {
  folder = await ImportFolder.create();
});
afterEach(() => folder.remove());

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
/** Files that PyTorch, LibreOffice and others write are zip archives that begin with a file of a certain name. */
const zip = (name: string, content = ''): Uint8Array =>
  zipSync({ [name]: bytes(content), 'more/of.it': bytes('\x00\x01') }, { level: 0 });

const PICKLE = 'a pickle of Python (.pkl)';
const PYTORCH = 'a PyTorch file (.pt, .pth)';
const R = 'an R file (.RData, .rds)';
const MATLAB = 'a MATLAB file (.mat)';

it.each([
  ['an HDF5 file (.h5, .hdf5)', bytes('\x89HDF\r\n\x1a\n\x00\x00\x00\x00\x00\x08\x08\x00')],
  [PICKLE, bytes('\x80\x04\x95\x0b\x00\x00\x00\x00\x00\x00\x00]\x94(K\x01K\x02K\x03e.')],
  [PICKLE, bytes('\x80\x02}q\x00(U\x0bbatch_labelq\x01U\x15training batch 1 of 5q\x02')],
  [PICKLE, bytes("(dp0\nS'data'\np1\n(lp2\nI1\naI2\nas.")],
  [PICKLE, bytes('cnumpy.core.multiarray\n_reconstruct\np0\n(cnumpy\nndarray\np1\n')],
  [PICKLE, bytes('(cnumpy._core.multiarray\n_reconstruct\np0\n')],
  [PICKLE, bytes('}q\x00X\x04\x00\x00\x00dataq\x01]q\x02(K\x01K\x02e')],
  [PICKLE, gzipSync(bytes('\x80\x03]q\x00.'))],
  [PYTORCH, zip('model/data.pkl', '\x80\x02}q\x00.')],
  [PYTORCH, bytes('\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.')],
  [
    'word vectors in the binary form of word2vec (.bin)',
    Buffer.concat([bytes('2 3\nthe '), Buffer.from(Float32Array.of(0.5, -1, 2).buffer), bytes('\nof ')]),
  ],
  ['a Feather file of version 1', bytes('FEA1\x00\x00\x00\x00\x01\x00\x00\x00')],
  [MATLAB, bytes('MATLAB 5.0 MAT-file, Platform: GLNXA64, Created on: Mon Feb 18 17:12:08 2013      ')],
  [MATLAB, bytes('MATLAB 7.3 MAT-file, Platform: GLNXA64, Created on: Mon Feb 18 17:12:08 2013 HDF5')],
  [R, gzipSync(bytes('RDX3\nX\n\x00\x00\x00\x03\x00\x04\x01\x02'))],
  [R, gzipSync(bytes('X\n\x00\x00\x00\x03\x00\x04\x01\x02'))],
  ['an SPSS file (.sav)', bytes('$FL2@(#) SPSS DATA FILE')],
  ['a Stata file (.dta)', bytes('<stata_dta><header><release>118</release>')],
  ['an ORC file', bytes('ORC\n\x1d\x00')],
  ['an Avro file', bytes('Obj\x01\x04\x14avro.codec')],
  ['a binary workbook (.xlsb)', zip('xl/workbook.bin')],
  ['a Word document (.docx)', zip('word/document.xml', '<w:document/>')],
  ['a document of Numbers or Pages', zip('Index/Document.iwa')],
  ['an OpenDocument file (.ods, .odt)', zip('mimetype', 'application/vnd.oasis.opendocument.spreadsheet')],
])('%s is called what it is, with what to do', async (what, content) => {
  const problem = await folder.refusal(await folder.write('data.csv', content));
  expect(problem).toMatchObject({ code: 'SOURCE_NOT_DATA', got: what });
  expect(problem.fix).toMatch(/ave|rite|xport/);
});

it('words that begin as marks do are data', async () => {
  const path = await folder.write('words.csv', 'cat,size\nMATLAB,1\nORC,2\n(dp,3\n');
  expect((await folder.preview(path)).totalRows).toBe(3);
});

it('a folder or an archive that is not known is told by what lies in it, not by what tells about it', async () => {
  const pickle = bytes('\x80\x02}q\x00.');
  await folder.write('cifar/readme.html', '<html></html>');
  const path = await folder.write('cifar/data_batch_1', pickle);
  await folder.write('cifar/data_batch_2', pickle);
  expect(await folder.refusal(`${folder.path}/cifar`)).toMatchObject({
    code: 'SOURCE_NOT_DATA',
    where: path,
  });
  const archive = await folder.write('cifar.zip', zipSync({ 'a/b_1': pickle, 'a/b_2': pickle }));
  expect(await folder.refusal(archive)).toMatchObject({ got: PICKLE, where: `${archive}: a/b_1` });
});
