import { spawn } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { startCriServer } from './cri-server.ts';
import { imageService } from './image-service.ts';
import { kubeletArgs } from './kubelet-config.ts';
import { nodeFiles, type NodeSetting } from './node-files.ts';
import { runtimeService } from './runtime-service.ts';
import { startBridge } from './tcp-bridge.ts';

/** One node from within its namespaces: container runtime, kubelet, and the bridges to the world. `node-main.ts <folder>`. */
const files = nodeFiles(process.argv[2] ?? '');
const setting = JSON.parse(await readFile(files.setting, 'utf8')) as NodeSetting; // written by start-real-nodes.ts
const { seed, network, ports } = setting;

await mkdir(files.images, { recursive: true });
const images = imageService({ seed, folder: files.images });
const runtime = runtimeService({ seed, network, findImage: images.find });
await startCriServer({ proto: setting.criProto, socket: files.runtime, runtime, images: images.handlers });
await startBridge({ host: '127.0.0.1', port: ports.apiServer }, { path: files.apiServer });
await startBridge({ path: files.kubelet }, { host: '127.0.0.1', port: ports.kubelet });

const kubelet = spawn(setting.kubelet, kubeletArgs(files, setting), { stdio: 'inherit' });
process.on('SIGTERM', () => kubelet.kill('SIGTERM'));
kubelet.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
kubelet.on('exit', (code) => process.exit(code ?? 1));
