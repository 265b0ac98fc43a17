/** Signs of the few LaTeX commands that formulas in layer docs use. */
const SIGNS: Readonly<Record<string, string>> = {
  alpha: 'α',
  beta: 'β',
  gamma: 'γ',
  delta: 'δ',
  epsilon: 'ε',
  eta: 'η',
  lambda: 'λ',
  mu: 'μ',
  sigma: 'σ',
  theta: 'θ',
  phi: 'φ',
  Phi: 'Φ',
  sum: 'Σ',
  prod: 'Π',
  cdot: '·',
  times: '×',
  odot: '⊙',
  le: '≤',
  ge: '≥',
  in: '∈',
  infty: '∞',
  partial: '∂',
  nabla: '∇',
  pi: 'π',
  to: '→',
  quad: '  ',
};

/** A LaTeX formula on one line, with signs in place of commands: `\frac{x - \mu}{\sigma}` becomes `(x - μ) / σ`. */
export function formulaText(latex: string): string {
  return latex
    .replace(
      /\\[td]?frac\{((?:[^{}]|\{[^{}]*\})*)\}\{((?:[^{}]|\{[^{}]*\})*)\}/g,
      (_, above: string, below: string) => `${grouped(above)} / ${grouped(below)}`,
    )
    .replace(/\\[td]?frac(\w)(\w)/g, '$1/$2')
    .replace(/\\sqrt\{((?:[^{}]|\{[^{}]*\})*)\}/g, (_, inside: string) => `√${grouped(inside)}`)
    .replace(/\\(?:operatorname|text|mathrm|mathbf)\{([^{}]*)\}/g, '$1')
    .replace(/\\(?:left|right|,|;|!| )/g, '')
    .replace(/\\([a-zA-Z]+)/g, (_, name: string) => SIGNS[name] ?? name)
    .replace(/([_^])\{([^{}]*)\}/g, (_, mark: string, inside: string) => `${mark}${grouped(inside)}`)
    .replace(/\^2(?!\d)/g, '²')
    .replace(/[{}]/g, '');
}

/** In brackets, unless it is one name or number. */
function grouped(text: string): string {
  return /^\\?[\w.]+$/.test(text) ? text : `(${text})`;
}
