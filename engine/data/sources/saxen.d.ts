/** What is used of the library, which comes without types. */
declare module 'saxen' {
  type Decode = (raw: string) => string;

  export class Parser {
    on(
      event: 'openTag',
      see: (name: string, attributes: () => Record<string, string>, decode: Decode) => void,
    ): this;
    on(event: 'closeTag', see: (name: string) => void): this;
    on(event: 'text', see: (raw: string, decode: Decode) => void): this;
    on(event: 'cdata', see: (text: string) => void): this;
    on(event: 'error', see: (error: Error) => void): this;
    parse(xml: string): void;
  }
}
