export { createDockerEngine, type DockerEngineOptions } from './docker-engine.ts'
export { sshTransport, tlsTransport, unixTransport, type DockerTransport, type TlsAddress } from './transport.ts'
