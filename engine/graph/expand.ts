import { Definitions, roundsOf } from './definitions.ts';
import type { Diagnostic } from './check.ts';
import type { Endpoint, GroupDefinition, ModelDocument, ModelEdge, ModelNode } from './document.ts';
import { portName, portNodes } from './ports.ts';
import { checkStructure, type Structure } from './structure.ts';

/** Where a node stands: a node of the document, and for what is inside of it the nodes of definitions that lead there. */
export interface Place {
  readonly node: string;
  /** From the outside in: each a node in the definition `group`. */
  readonly inside?: readonly Inside[];
}
export interface Inside {
  readonly group: string;
  readonly node: string;
}

/** A node of the flat graph, or a placed group that others came out of. */
export interface FlatNode {
  /** As in the document, but with its path for an id, with that of its weights' owner, and frozen with the groups around it. */
  readonly node: ModelNode;
  readonly place: Place;
  /** Paths of the groups around it, from the outside in, and the round of each that it is in. */
  readonly around: readonly { readonly path: string; readonly round: number }[];
}

export interface FlatGroup extends FlatNode {
  /** The flat nodes that make its ports: the inputs of the first round, the outputs of the last one. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
}

/** A document without groups: every placed group replaced by the nodes that it stands for, in as many rounds. */
export interface Expansion {
  /** By path: ids from the outside in, with the number of the round where a group is repeated. */
  readonly nodes: ReadonlyMap<string, FlatNode>;
  /** Sound edges among the flat nodes by the one they arrive at. */
  readonly arriving: ReadonlyMap<string, readonly ModelEdge[]>;
  /** The placed groups, by path, those inside of others before these. */
  readonly groups: ReadonlyMap<string, FlatGroup>;
  readonly diagnostics: readonly Diagnostic[];
  /** The document's own graph, or that of a definition, sorted out. */
  structure(group?: string): Structure | undefined;
}

export function expand(document: ModelDocument): Expansion {
  return new Expander(document).expansion();
}

/** One round of a group, or the document itself. */
interface Scope {
  readonly structure: Structure;
  readonly group?: GroupDefinition;
  /** What comes before the ids of its nodes in their paths, and in those of the owners of their weights. */
  readonly prefix: string;
  readonly owner: string;
  readonly trainable: boolean;
  readonly place?: Place;
  readonly around: FlatNode['around'];
  /** Nodes of input ports that nothing is connected to. */
  readonly open: ReadonlySet<string>;
}

class Expander {
  private readonly document: ModelDocument;
  private readonly definitions: Definitions;
  private readonly structures = new Map<string, Structure>();
  private readonly ports = new Map<string, PortNodes>();
  private readonly nodes = new Map<string, FlatNode>();
  private readonly arriving = new Map<string, readonly ModelEdge[]>();
  private readonly groups = new Map<string, FlatGroup>();
  private readonly diagnostics: Diagnostic[] = [];
  private readonly told = new Set<Structure>();

  constructor(document: ModelDocument) {
    this.document = document;
    this.definitions = new Definitions(document.groups);
  }

  expansion(): Expansion {
    const structure = checkStructure(this.document, this.definitions);
    this.diagnostics.push(...checkDefinitionIds(this.document.groups));
    this.place({ structure, prefix: '', owner: '', trainable: true, around: [], open: new Set() });
    this.freezeWithOwners();
    return {
      nodes: this.nodes,
      arriving: this.arriving,
      groups: this.groups,
      diagnostics: this.diagnostics,
      structure: (group) => (group === undefined ? structure : this.structures.get(group)),
    };
  }

  /** Who uses the weights of another node trains them where that one does. */
  private freezeWithOwners(): void {
    for (const [path, flat] of this.nodes) {
      const { weightsOf } = flat.node;
      const owner = weightsOf === undefined ? undefined : this.nodes.get(weightsOf);
      if (!owner) continue;
      this.nodes.set(path, { ...flat, node: called(flat.node, path, owner.node.trainable, weightsOf) });
    }
  }

  /** Puts the nodes of a graph into the flat one. */
  private place(scope: Scope): void {
    this.tell(scope);
    for (const [id, node] of scope.structure.nodes) {
      const group = scope.structure.placed.get(id);
      if (group) {
        this.unfold(scope, node, group);
        continue;
      }
      const flat = flatNode(scope, node);
      this.nodes.set(flat.node.id, flat);
      const edges = edgesTo(scope, id);
      if (edges.length > 0)
        this.arriving.set(
          flat.node.id,
          edges.map((edge) => this.flatEdge(scope, edge)),
        );
    }
  }

  /** Puts what a placed group stands for into the flat graph, round after round. */
  private unfold(scope: Scope, node: ModelNode, group: GroupDefinition): void {
    const flat = flatNode(scope, node);
    const path = flat.node.id;
    const rounds = roundsOf(node);
    const { inputs, outputs } = this.portsOf(group);
    for (let round = 1; round <= rounds; round++) {
      const prefix = prefixOf(path, round, rounds);
      this.place({
        structure: this.structureOf(group),
        group,
        prefix,
        owner: prefixOf(flat.node.weightsOf ?? path, round, rounds),
        trainable: flat.node.trainable,
        place: flat.place,
        around: [...flat.around, { path, round }],
        open: this.feed(scope, node.id, group, { prefix, before: prefixOf(path, round - 1, rounds), round }),
      });
    }
    const pathsIn = (ports: readonly PortNode[], round: number) =>
      Object.fromEntries(ports.map(({ name, id }) => [name, prefixOf(path, round, rounds) + id]));
    this.groups.set(path, { ...flat, inputs: pathsIn(inputs, 1), outputs: pathsIn(outputs, rounds) });
  }

  /** Connects the inputs of one round of a group; returns those that nothing arrives at. */
  private feed(
    scope: Scope,
    node: string,
    group: GroupDefinition,
    { prefix, before, round }: { readonly prefix: string; readonly before: string; readonly round: number },
  ): ReadonlySet<string> {
    const { inputs, outputs } = this.portsOf(group);
    const edges = edgesTo(scope, node);
    const open = inputs.filter(({ id, name }, at) => {
      const given = edges.filter(({ to }) => to.port === name).map(({ from }) => this.source(scope, from));
      const fed = round > 1 && at < outputs.length;
      const sources = fed ? [{ node: before + outputs[at].id, port: 'output' }] : given;
      if (sources.length === 0) return true;
      const to = { node: prefix + id, port: 'input' };
      this.arriving.set(
        to.node,
        sources.map((from) => ({ from, to })),
      );
      return false;
    });
    return new Set(open.map(({ id }) => id));
  }

  private flatEdge(scope: Scope, edge: ModelEdge): ModelEdge {
    const plain = scope.prefix === '' && !scope.structure.placed.has(edge.from.node);
    if (plain) return edge;
    return { from: this.source(scope, edge.from), to: { ...edge.to, node: scope.prefix + edge.to.node } };
  }

  /** The flat node that a value comes from: for a group, the node of its output in the last round. */
  private source({ structure, prefix }: Scope, { node: id, port }: Endpoint): Endpoint {
    const group = structure.placed.get(id);
    const path = prefix + id;
    if (!group) return { node: path, port };
    const rounds = roundsOf(structure.nodes.get(id)!);
    const output = this.portsOf(group).outputs.find(({ name }) => name === port)!;
    return { node: prefixOf(path, rounds, rounds) + output.id, port: 'output' };
  }

  /** Tells what is wrong with a graph, where it is met first. */
  private tell({ structure, group, place }: Scope): void {
    if (this.told.has(structure)) return;
    this.told.add(structure);
    for (const problem of structure.diagnostics) {
      const { node, repair } = problem;
      this.diagnostics.push({
        ...problem,
        ...(place && (node === undefined ? place : within(place, group!, node))),
        ...(group && repair && { repair: { ...repair, group: group.id } }),
      });
    }
  }

  private structureOf(group: GroupDefinition): Structure {
    const known = this.structures.get(group.id) ?? checkStructure(group, this.definitions, group);
    this.structures.set(group.id, known);
    return known;
  }

  private portsOf(group: GroupDefinition): PortNodes {
    const known = this.ports.get(group.id) ?? {
      inputs: portNodes(group, 'input').map(portNode),
      outputs: portNodes(group, 'output').map(portNode),
    };
    this.ports.set(group.id, known);
    return known;
  }
}

/** The node that makes a port of a group, and what the port is called. */
interface PortNode {
  readonly id: string;
  readonly name: string;
}
interface PortNodes {
  readonly inputs: readonly PortNode[];
  readonly outputs: readonly PortNode[];
}

const portNode = (node: ModelNode): PortNode => ({ id: node.id, name: portName(node) });

/** What comes before the ids of the nodes in one round of a group. */
const prefixOf = (path: string, round: number, rounds: number): string =>
  rounds > 1 ? `${path}/${round}/` : `${path}/`;

const within = (place: Place, { id: group }: GroupDefinition, node: string): Place => ({
  node: place.node,
  inside: [...(place.inside ?? []), { group, node }],
});

function edgesTo({ structure, open }: Scope, id: string): readonly ModelEdge[] {
  const edges = structure.arriving.get(id) ?? [];
  return open.size === 0 ? edges : edges.filter(({ from }) => !open.has(from.node));
}

/** Flat nodes by the node that they come from: checks are remembered by the object, so it must stay the same. */
const flatNodes = new WeakMap<ModelNode, Map<string, ModelNode>>();

function flatNode(scope: Scope, node: ModelNode): FlatNode {
  const { prefix, owner, structure, group, place, around } = scope;
  const id = prefix + node.id;
  const owned = owner + (structure.owners.get(node.id) ?? node.id);
  return {
    node: called(node, id, node.trainable && scope.trainable, owned === id ? undefined : owned),
    place: place ? within(place, group!, node.id) : { node: id },
    around,
  };
}

function called(node: ModelNode, id: string, trainable: boolean, weightsOf: string | undefined): ModelNode {
  if (id === node.id && trainable === node.trainable && weightsOf === node.weightsOf) return node;
  const known = flatNodes.get(node) ?? new Map<string, ModelNode>();
  flatNodes.set(node, known);
  const key = `${id} ${trainable} ${weightsOf}`;
  const flat = known.get(key) ?? { ...node, id, trainable, weightsOf };
  known.set(key, flat);
  return flat;
}

function checkDefinitionIds(groups: readonly GroupDefinition[]): Diagnostic[] {
  return groups
    .filter(({ id }, at) => groups.findIndex((group) => group.id === id) < at)
    .map(({ id }) => ({
      code: 'GROUP_DUPLICATE_ID',
      severity: 'error',
      message: `Two groups have the id "${id}".`,
      expected: 'a different id for every group',
      fix: 'Rename one of them in the file.',
    }));
}
