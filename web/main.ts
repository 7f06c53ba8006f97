import { App } from './app/app.ts';
import { Api } from './net/api.ts';

const version = document.querySelector<HTMLMetaElement>('meta[name=version]')?.content ?? '';
const app = new App(new Api(), version);
document.body.replaceChildren(app.element);
void app.start();
