/** A small table with every kind of value, which the tests of table formats write in their format. */
export const IRIS_ROWS = [
  { width: 1.5, petals: 4, species: 'setosa', wild: true },
  { width: 2.5, petals: 5, species: 'virginica', wild: false },
  { width: null, petals: 4, species: 'setosa', wild: true },
  { width: 4.5, petals: 6, species: 'virginica', wild: true },
] as const;

/** How the wizard shows them. */
export const IRIS_TEXTS = [
  ['1.5', '4', 'setosa', 'true'],
  ['2.5', '5', 'virginica', 'false'],
  ['', '4', 'setosa', 'true'],
  ['4.5', '6', 'virginica', 'true'],
];

export const IRIS_COLUMNS = [
  { name: 'width', kind: 'number', role: 'input', missing: 1 },
  { name: 'petals', kind: 'number', role: 'input', missing: 0 },
  { name: 'species', kind: 'category', role: 'target', missing: 0 },
  { name: 'wild', kind: 'category', role: 'input', missing: 0 },
];
