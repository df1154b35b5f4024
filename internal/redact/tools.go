package redact

import "bytes"

var tools = []tool{
	{names: "sudo doas env su nice timeout nohup xargs time setsid stdbuf chroot", wraps: true},
	{
		names: "sh bash dash zsh ash ksh fish busybox ssh watch tmux screen parallel expect at batch runuser nsenter systemd-run flock script",
		wraps: true, shell: true,
	},
	{
		names: "curl", clusters: true, values: "AbCcdDeEFhHKmoPQrtTwxXyYz",
		flags: []flag{{"-u --user -U --proxy-user -E --cert --proxy-cert", pair}, {"--pass --proxy-pass", secret}, {"-b --cookie", jar}},
	},
	{
		names: "mysql mysqldump mysqladmin mysqlimport mysqlshow mysqlcheck mysqlslap mysqlbinlog mysqlpump mariadb mariadb-dump mariadb-admin mycli",
		flags: []flag{{"-p", attached}},
	},
	{names: "psql pg_dump pg_dumpall pg_restore pg_basebackup createdb dropdb createuser", flags: []flag{{"--password", nothing}}},
	{names: "sshpass", flags: []flag{{"-p", secret}, {"-P -f -d -e", nothing}}, wraps: true},
	{
		names: "openssl", longFlags: true,
		flags: []flag{{"-passin -passout -pass -password -srpuserpass", source}, {"-k -K -psk -macopt", secret}, {"-passwd", nothing}},
	},
	{names: "htpasswd", operand: htpasswd},
	{
		names: "docker podman nerdctl buildah helm oras crane nomad docker-compose kubectl oc", wraps: true, flagsTake: true,
		flags: []flag{{"-p --password", atLogin}, {"--secret --secrets", nothing}, {"--creds", pair}},
	},
	{names: "skopeo", flags: []flag{{"--creds --src-creds --dest-creds", pair}, {"-p", atLogin}}},
	{names: "smbclient rpcclient smbget smbmap smbcacls smbtree smbpasswd", flags: []flag{{"-U --user", percent}, {"-p --password", secret}}},
	{names: "net", flags: []flag{{"-U --user", percent}}, operand: netUse},
	{
		names: "ldapsearch ldapmodify ldapadd ldapdelete ldapwhoami ldapcompare ldapmodrdn ldapexop",
		flags: []flag{{"-w", secret}},
	},
	{names: "ldappasswd", flags: []flag{{"-w -a -s", secret}}},
	{names: "redis-cli redis-benchmark valkey-cli keydb-cli", flags: []flag{{"-a --pass", secret}}},
	{
		names: "mongo mongosh mongodump mongorestore mongoexport mongoimport mongostat mongotop mongofiles",
		flags: []flag{{"-p", secret}},
	},
	{names: "sqlplus sqlldr exp imp expdp impdp rman sqlcl", operand: sqlplus},
	{names: "sqlcmd bcp tsql isql", flags: []flag{{"-P", secret}}},
	{names: "zip unzip zipcloak", flags: []flag{{"-P", secret}}},
	{names: "7z 7za 7zr 7zz rar unrar", flags: []flag{{"-p -hp", attached}}},
	{names: "ssh-keygen", flags: []flag{{"-N -P", secret}}},
	{names: "snmpwalk snmpget snmpset snmpbulkwalk snmptrap snmpgetnext", flags: []flag{{"-c -A -X", secret}}},
	{names: "ipmitool", flags: []flag{{"-P", secret}}},
	{names: "evil-winrm crackmapexec netexec nxc rdesktop ncftp ncftpput ncftpget hydra", flags: []flag{{"-p", secret}}},
	{names: "az", flags: []flag{{"-p", atLogin}}},
	{names: "doctl", flags: []flag{{"-t", atLogin}}},
	{names: "wpa_passphrase", operand: second},
	{names: "useradd usermod", flags: []flag{{"-p --password", secret}}},
	{names: "lftp", flags: []flag{{"-u --user", comma}}},
	{names: "http https xh", flags: []flag{{"-a --auth", pair}}},
	{names: "xfreerdp wlfreerdp sdl-freerdp", operand: slashFlag},
	{names: "nmcli", operand: nmcli},
	{names: "vault", operand: vault},
	// Other words that these take are no programs.
	{names: "git apt apt-get dnf yum man grep ps systemctl journalctl which type kill pkill pgrep"},
}

// htpasswd takes the password as its last word, with -b.
func htpasswd(s *scan, c *command, _ []byte, r region) {
	last := 3
	if c.letters&(1<<('n'&63)) != 0 {
		last = 2
	}
	if c.letters&(1<<('b'&63)) != 0 && c.positional == last {
		s.part(secret, password, r)
	}
}

// netUse takes the word behind \\server\share, or behind the name of a user, as in net use and net user.
func netUse(s *scan, c *command, w []byte, r region) {
	switch {
	case len(w) > 0 && (w[0] == '/' || w[0] == '*'):
	case c.wants == nothing && (hasPrefixOf(w, `\\`) || c.set && c.positional == 2):
		c.wants, c.class = secret, password
	case bytes.EqualFold(w, []byte("user")):
		c.set = true
	}
}

// sqlplus takes user/password@where.
func sqlplus(s *scan, c *command, w []byte, r region) {
	if i := bytes.IndexByte(w, '/'); i > 0 && (c.positional == 1 || bytes.IndexByte(w, '@') > i) {
		start := bytes.LastIndexByte(w[:i], '=') + 1 // userid=user/password
		s.part(slash, password, region{from: r.from + start, to: r.to})
	}
}

// second takes the second word.
func second(s *scan, c *command, _ []byte, r region) {
	if c.positional == 2 {
		s.part(secret, password, r)
	}
}

// slashFlag takes /p:password.
func slashFlag(s *scan, _ *command, w []byte, r region) {
	for _, f := range []string{"/p:", "/gp:", "/pth:"} {
		if hasPrefixOf(w, f) {
			s.part(secret, password, region{from: r.from + len(f), to: r.to})
		}
	}
}

// nmcli has the names of what it sets as words.
func nmcli(_ *scan, c *command, w []byte, _ region) {
	if isOneOf(w, "password wifi-sec.psk 802-11-wireless-security.psk wifi-sec.wep-key0 802-1x.password vpn.secrets") {
		c.wants, c.class = secret, password
	}
}

// vault takes a token behind the word login.
func vault(s *scan, c *command, w []byte, r region) {
	if c.login && c.positional == 2 && bytes.IndexByte(w, '=') < 0 {
		s.part(secret, token, r)
	}
}
