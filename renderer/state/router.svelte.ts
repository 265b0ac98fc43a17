export const WORKSPACES = ['build', 'data', 'train', 'runs'] as const;
export type Workspace = (typeof WORKSPACES)[number];

export type Route =
  | { readonly page: 'home' }
  | { readonly page: 'project'; readonly id: string; readonly workspace: Workspace };

/** `#/` is home, `#/projects/<id>/<workspace>` a project; everything else leads home. */
export function parseRoute(hash: string): Route {
  const [, id, workspace] = /^#\/projects\/([^/]+)(?:\/([a-z]+))?$/.exec(hash) ?? [];
  if (!id) return { page: 'home' };
  const known = WORKSPACES.find((name) => name === workspace);
  return { page: 'project', id: decodeURIComponent(id), workspace: known ?? 'build' };
}

export function formatRoute(route: Route): string {
  return route.page === 'home' ? '#/' : `#/projects/${encodeURIComponent(route.id)}/${route.workspace}`;
}

/** Where the window is, kept in the address, so that Back, Forward and Reload do what people expect. */
export class Router {
  route = $state.raw<Route>(parseRoute(location.hash));

  constructor() {
    window.addEventListener('hashchange', () => (this.route = parseRoute(location.hash)));
  }

  go(route: Route): void {
    location.hash = formatRoute(route);
    this.route = route;
  }
}
