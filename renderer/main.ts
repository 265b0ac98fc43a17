import '@fontsource-variable/inter';
import '@fontsource-variable/jetbrains-mono';
import '@xyflow/svelte/dist/base.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { Studio } from './state/studio.svelte.ts';
import './ui/tokens.css';
import './ui/base.css';
import './ui/controls.css';
import './ui/menu.css';

mount(App, { target: document.querySelector('#app')!, props: { studio: new Studio() } });
