import { defineMessages } from '../../../app/i18n/define-messages.ts'

/** What each step of a connection test says, by the codes of the contract: what was seen, and on failure what to do. */
export const testMessages = defineMessages({
  en: {
    said: {
      step: { skipped: { detail: '' }, unknown: { detail: '{where}: failed ({why})' } },
      reach: {
        open: { detail: '{where} accepts connections' },
        there: { detail: '{where} is there' },
        ssh: { detail: 'An SSH server answers' },
      },
      'host-key': {
        trusted: { detail: '{hostKey}, the trusted one' },
        first: { detail: '{hostKey}, seen for the first time' },
      },
      authenticate: {
        'signed-in': { detail: 'Signed in' },
        socket: { detail: 'The socket may be used' },
        certificates: { detail: 'Both certificates were accepted' },
      },
      engine: {
        answers: { detail: '{version} on {os}' },
        failed: {
          detail: '{why}',
          hint: 'The way to the host is open, but its engine does not answer as it should: look at its log, and restart it if it hangs.',
        },
      },
      resources: { read: { detail: '{cpuMillis}, {memoryBytes} memory, {diskBytes} disk' } },
      ssh: {
        silent: {
          detail: '{where} did not answer within {seconds} s',
          hint: 'Check the address, that the machine is up, and that no firewall is between.',
        },
        refused: {
          detail: '{where} refuses connections: no SSH server listens there',
          hint: 'Check the port, and that sshd runs on the machine (“systemctl status ssh”).',
        },
        'no-address': {
          detail: 'There is no address for the name “{address}”',
          hint: 'Check the spelling, and that this machine can resolve the name; or use an IP address.',
        },
        unreachable: {
          detail: '{where} cannot be reached: {why}',
          hint: 'Check the address, that the machine is up, and that no firewall is between.',
        },
        handshake: {
          detail: '{where} accepted the connection but did not finish the SSH handshake within {seconds} s',
          hint: 'The machine may be overloaded, or something other than sshd listens there. Look at “journalctl -u ssh” on it.',
        },
        broke: {
          detail: 'The connection to {where} broke: {why}',
          hint: 'Look at “journalctl -u ssh” on the machine; a firewall or MaxStartups may have ended it.',
        },
        protocol: {
          detail: '{where} does not speak SSH in a usable way: {why}',
          hint: 'Something other than an SSH server answers there, or it has no method in common with the console; check the port.',
        },
        'host-key': {
          detail: '{where} shows the host key {offered}, but {trusted} is trusted',
          hint: 'Compare the key on the machine itself. Accept the new one only if it is the same: otherwise somebody else may be answering.',
        },
        'sign-in': {
          detail: '{where} refused the sign-in of user “{user}”',
          hint: 'Check the user name, and that the public key is in its ~/.ssh/authorized_keys, or the password.',
        },
        'private-key': {
          detail: 'The private key cannot be used: {why}',
          hint: 'Paste the whole private key, not the public one (.pub), and its passphrase if it has one.',
        },
      },
      tls: {
        pair: {
          detail: '{where}: the client certificate and the key do not belong together',
          hint: 'Use cert.pem and key.pem of the same pair.',
        },
        unreadable: {
          detail: '{where}: one of the PEM texts cannot be read ({why})',
          hint: 'Paste the whole texts of ca.pem, cert.pem and key.pem, with their BEGIN and END lines; the key must have no passphrase.',
        },
        'other-name': {
          detail: '{where}: the certificate of the engine is for another name or address ({why})',
          hint: 'Use a name or an address that the certificate lists, or have one issued with this address as subjectAltName.',
        },
        expired: {
          detail: '{where}: the certificate of the engine has expired, or is not valid yet',
          hint: 'Issue a new certificate for the engine, and check the clocks of both machines.',
        },
        'other-ca': {
          detail: '{where}: the certificate of the engine was not signed by the CA given here ({why})',
          hint: 'Use the ca.pem that signed the server certificate (--tlscert) of this engine. If it is the right one, somebody else may be answering.',
        },
        refused: {
          detail: '{where}: Docker answered, but refused our client certificate ({why})',
          hint: 'Sign the client certificate with the CA that dockerd trusts (--tlscacert), with clientAuth as its extended key usage, and check that it has not expired.',
        },
        plain: {
          detail: '{where}: the port answers, but does not speak TLS',
          hint: 'Start dockerd with --tlsverify and its certificates (port 2376); a plain TCP port is open to anybody and is not used.',
        },
        closed: {
          detail: '{where}: the connection was closed right after the TLS handshake',
          hint: 'Mostly this is a refused client certificate: the log of dockerd says why. Sign it with the CA that dockerd trusts (--tlscacert).',
        },
      },
      tcp: {
        refused: {
          detail: '{where}: nothing listens there',
          hint: 'Is dockerd started with -H tcp://0.0.0.0:2376 --tlsverify, and is this the port?',
        },
        'no-address': {
          detail: '{where}: the name has no address',
          hint: 'Check the spelling, and that this machine can resolve the name; or use an IP address.',
        },
        silent: {
          detail: '{where}: the host does not answer ({why})',
          hint: 'Check the address, that the host is up, and that no firewall is between.',
        },
      },
      socket: {
        denied: {
          detail: '{where}: permission denied on the socket',
          hint: 'The user that runs Spacefort is not in the docker group: “sudo usermod -aG docker $USER”, then sign in anew.',
        },
        missing: {
          detail: '{where}: there is no such socket',
          hint: 'Is Docker installed and running (“systemctl status docker”), and is the path right?',
        },
        silent: {
          detail: '{where}: nothing listens on the socket',
          hint: 'Docker has ended, or this is not its socket: look at “systemctl status docker”.',
        },
      },
      'remote-socket': {
        missing: {
          detail: '{where}: there is no such socket on the host',
          hint: 'Is Docker installed and running there (“systemctl status docker”), and is the path right?',
        },
        denied: {
          detail: '{where}: the user is not in the docker group: permission denied on the socket',
          hint: 'On the host: “sudo usermod -aG docker USER”; or sign in as root.',
        },
        silent: {
          detail: '{where}: the socket is there, but no Docker Engine answers through the tunnel',
          hint: 'Look at “systemctl status docker” on the host, and that its sshd does not forbid AllowStreamLocalForwarding.',
        },
        unknown: { detail: '{where}: Docker does not answer', hint: 'Look at “systemctl status docker” on the host.' },
      },
    },
  },
  'zh-CN': {
    said: {
      step: { skipped: { detail: '' }, unknown: { detail: '{where}：失败（{why}）' } },
      reach: {
        open: { detail: '{where} 接受连接' },
        there: { detail: '{where} 存在' },
        ssh: { detail: '有 SSH 服务器应答' },
      },
      'host-key': {
        trusted: { detail: '{hostKey}，与受信任的密钥一致' },
        first: { detail: '{hostKey}，首次见到' },
      },
      authenticate: {
        'signed-in': { detail: '已登录' },
        socket: { detail: '套接字可以使用' },
        certificates: { detail: '双方证书均被接受' },
      },
      engine: {
        answers: { detail: '{version}，系统 {os}' },
        failed: { detail: '{why}', hint: '到主机的通路正常，但引擎没有正常应答：请查看其日志，如已挂起请重启。' },
      },
      resources: { read: { detail: '{cpuMillis}，内存 {memoryBytes}，磁盘 {diskBytes}' } },
      ssh: {
        silent: { detail: '{where} 在 {seconds} 秒内没有应答', hint: '请检查地址、机器是否已开机，以及中间是否有防火墙。' },
        refused: {
          detail: '{where} 拒绝连接：该处没有 SSH 服务器',
          hint: '请检查端口，以及机器上的 sshd 是否运行（“systemctl status ssh”）。',
        },
        'no-address': { detail: '名称“{address}”没有对应的地址', hint: '请检查拼写以及本机能否解析该名称，或改用 IP 地址。' },
        unreachable: { detail: '无法到达 {where}：{why}', hint: '请检查地址、机器是否已开机，以及中间是否有防火墙。' },
        handshake: {
          detail: '{where} 接受了连接，但在 {seconds} 秒内没有完成 SSH 握手',
          hint: '机器可能过载，或该端口上不是 sshd。请在机器上查看“journalctl -u ssh”。',
        },
        broke: { detail: '与 {where} 的连接中断：{why}', hint: '请在机器上查看“journalctl -u ssh”；可能被防火墙或 MaxStartups 中断。' },
        protocol: {
          detail: '{where} 无法以可用的方式进行 SSH 通信：{why}',
          hint: '应答的不是 SSH 服务器，或与控制台没有共同的算法；请检查端口。',
        },
        'host-key': {
          detail: '{where} 出示的主机密钥为 {offered}，而受信任的是 {trusted}',
          hint: '请在机器本身上比对密钥。只有一致时才可接受新密钥，否则可能是他人在应答。',
        },
        'sign-in': {
          detail: '{where} 拒绝了用户“{user}”的登录',
          hint: '请检查用户名，公钥是否在其 ~/.ssh/authorized_keys 中，或密码是否正确。',
        },
        'private-key': { detail: '私钥无法使用：{why}', hint: '请粘贴完整的私钥（不是 .pub 公钥），如有口令请一并填写。' },
      },
      tls: {
        pair: { detail: '{where}：客户端证书与私钥不配对', hint: '请使用同一对 cert.pem 和 key.pem。' },
        unreadable: {
          detail: '{where}：有一个 PEM 文本无法读取（{why}）',
          hint: '请粘贴 ca.pem、cert.pem 和 key.pem 的完整文本，包括 BEGIN 和 END 行；私钥不得带口令。',
        },
        'other-name': {
          detail: '{where}：引擎证书属于其他名称或地址（{why}）',
          hint: '请使用证书中列出的名称或地址，或签发以此地址为 subjectAltName 的证书。',
        },
        expired: { detail: '{where}：引擎证书已过期或尚未生效', hint: '请为引擎签发新证书，并检查两台机器的时钟。' },
        'other-ca': {
          detail: '{where}：引擎证书不是由此处的 CA 签发（{why}）',
          hint: '请使用签发该引擎服务器证书（--tlscert）的 ca.pem。如果确实正确，可能是他人在应答。',
        },
        refused: {
          detail: '{where}：Docker 有应答，但拒绝了我们的客户端证书（{why}）',
          hint: '请用 dockerd 信任的 CA（--tlscacert）签发客户端证书，扩展用途须含 clientAuth，并检查是否过期。',
        },
        plain: {
          detail: '{where}：端口有应答，但不使用 TLS',
          hint: '请以 --tlsverify 及证书启动 dockerd（端口 2376）；明文 TCP 端口对任何人开放，不予使用。',
        },
        closed: {
          detail: '{where}：TLS 握手之后连接立即被关闭',
          hint: '多半是客户端证书被拒绝：dockerd 的日志会说明原因。请用 dockerd 信任的 CA（--tlscacert）签发。',
        },
      },
      tcp: {
        refused: { detail: '{where}：该处没有服务监听', hint: 'dockerd 是否以 -H tcp://0.0.0.0:2376 --tlsverify 启动？端口是否正确？' },
        'no-address': { detail: '{where}：该名称没有对应的地址', hint: '请检查拼写以及本机能否解析该名称，或改用 IP 地址。' },
        silent: { detail: '{where}：主机没有应答（{why}）', hint: '请检查地址、主机是否已开机，以及中间是否有防火墙。' },
      },
      socket: {
        denied: {
          detail: '{where}：没有使用套接字的权限',
          hint: '运行 Spacefort 的用户不在 docker 组中：执行“sudo usermod -aG docker $USER”后重新登录。',
        },
        missing: { detail: '{where}：套接字不存在', hint: 'Docker 是否已安装并运行（“systemctl status docker”）？路径是否正确？' },
        silent: { detail: '{where}：套接字上没有服务监听', hint: 'Docker 已退出，或这不是它的套接字：请查看“systemctl status docker”。' },
      },
      'remote-socket': {
        missing: {
          detail: '{where}：主机上没有该套接字',
          hint: '主机上的 Docker 是否已安装并运行（“systemctl status docker”）？路径是否正确？',
        },
        denied: {
          detail: '{where}：用户不在 docker 组中，没有使用套接字的权限',
          hint: '请在主机上执行“sudo usermod -aG docker USER”，或以 root 登录。',
        },
        silent: {
          detail: '{where}：套接字存在，但没有 Docker 引擎通过隧道应答',
          hint: '请在主机上查看“systemctl status docker”，并确认其 sshd 没有禁止 AllowStreamLocalForwarding。',
        },
        unknown: { detail: '{where}：Docker 没有应答', hint: '请在主机上查看“systemctl status docker”。' },
      },
    },
  },
})
