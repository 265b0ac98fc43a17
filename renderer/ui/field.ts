import { getContext, setContext } from 'svelte';

/** How a Field tells the control inside it which label and which message belong to it. */
export interface FieldContext {
  readonly id: string;
  readonly messageId: string;
  readonly invalid: boolean;
}

const KEY = Symbol('field');

export function provideField(context: FieldContext): void {
  setContext(KEY, context);
}

/** Attributes for a control: its label, its help or error text. `label` names it where it stands outside a Field. */
export function controlAttributes(label: () => string): Record<string, unknown> {
  const field = getContext<FieldContext | undefined>(KEY);
  return {
    get 'aria-label'() {
      return label();
    },
    get id() {
      return field?.id;
    },
    get 'aria-describedby'() {
      return field?.messageId;
    },
    get 'aria-invalid'() {
      return field?.invalid || undefined;
    },
  };
}
