package io.gracefulbackup.postgres;

import io.gracefulbackup.BackupConfigurationException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Consumer;
import org.postgresql.PGProperty;

/** Translates the options of a URL, which have the names of libpq or those of the driver, into properties of the driver. */
final class UrlOptions {
    private static final Map<String, String> LIBPQ = Map.ofEntries(
            Map.entry("dbname", "PGDBNAME"),
            Map.entry("connect_timeout", "connectTimeout"),
            Map.entry("application_name", "ApplicationName"),
            Map.entry("channel_binding", "channelBinding"),
            Map.entry("target_session_attrs", "targetServerType"),
            Map.entry("gssencmode", "gssEncMode"),
            Map.entry("krbsrvname", "kerberosServerName"),
            Map.entry("sslnegotiation", "sslNegotiation"),
            Map.entry("require_auth", "requireAuth"));

    /** The properties of the driver that may be set. Those that tune it for other purposes than backups are not among them. */
    private static final Set<String> DRIVER = Set.of(
            "user",
            "password",
            "PGDBNAME",
            "ApplicationName",
            "channelBinding",
            "connectTimeout",
            "currentSchema",
            "gssEncMode",
            "hostRecheckSeconds",
            "kerberosServerName",
            "loadBalanceHosts",
            "options",
            "requireAuth",
            "sslcert",
            "sslfactory",
            "sslfactoryarg",
            "sslhostnameverifier",
            "sslkey",
            "sslmode",
            "sslNegotiation",
            "sslpassword",
            "sslrootcert",
            "targetServerType");

    private static final Set<String> SSL_MODES =
            Set.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");
    private static final Set<String> INSECURE = Set.of("disable", "allow", "prefer");
    private static final Map<String, String> SSL = Map.ofEntries(
            Map.entry("", "verify-full"),
            Map.entry("true", "verify-full"),
            Map.entry("1", "verify-full"),
            Map.entry("on", "verify-full"),
            Map.entry("false", "prefer"),
            Map.entry("0", "prefer"),
            Map.entry("off", "prefer"),
            Map.entry("disable", "disable"),
            Map.entry("allow", "allow"),
            Map.entry("prefer", "prefer"),
            Map.entry("no-verify", "require"),
            Map.entry("require", "require"),
            Map.entry("verify-ca", "verify-ca"),
            Map.entry("verify-full", "verify-full"));
    private static final Set<String> CHANNEL_BINDINGS = Set.of("disable", "prefer", "require");
    private static final Map<String, String> TARGETS = Map.of(
            "any", "any",
            "read-write", "primary",
            "primary", "primary",
            "read-only", "secondary",
            "standby", "secondary",
            "prefer-standby", "preferSecondary");

    private final Consumer<String> warn;
    private final List<String> problems = new ArrayList<>();
    private final Properties properties = new Properties();

    UrlOptions(Consumer<String> warn) {
        this.warn = warn;
    }

    /** Returns the properties of the driver for these options, together with those that the sink depends on. */
    Properties translate(Map<String, String> options, boolean severalHosts) {
        if (severalHosts) {
            properties.setProperty("targetServerType", "primary");
        }
        properties.setProperty("ApplicationName", "graceful-backup");
        Map<String, String> plain = new LinkedHashMap<>(options);
        takeSsl(plain);
        plain.forEach(this::take);
        if (!problems.isEmpty()) {
            throw new BackupConfigurationException(problems);
        }
        if ("system".equals(properties.getProperty("sslrootcert"))) {
            properties.remove("sslrootcert");
            properties.setProperty("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
            properties.setProperty("sslmode", "verify-full");
        }
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("socketFactory", PromptSocketFactory.class.getName());
        // Behind PgBouncer the next transaction may run on a server connection without the prepared statement.
        properties.setProperty("prepareThreshold", "0");
        // The detail of an error may have the values of a row.
        properties.setProperty("logServerErrorDetail", "false");
        return properties;
    }

    /** Translates {@code ssl} as other drivers write it. This driver takes what it does not understand for "no". */
    private void takeSsl(Map<String, String> options) {
        options.computeIfPresent("sslmode", (name, value) -> value.toLowerCase(Locale.ROOT));
        String ssl = options.remove("ssl");
        if (ssl == null) {
            return;
        }
        String mode = SSL.get(ssl.toLowerCase(Locale.ROOT));
        if (mode == null) {
            requireOneOf("ssl", ssl, SSL.keySet());
            return;
        }
        String given = options.putIfAbsent("sslmode", mode);
        boolean isOff = INSECURE.contains(mode);
        if (given != null && isOff != INSECURE.contains(given)) {
            problems.add(
                    "DATABASE_URL has both ssl and sslmode, and they contradict each other; set sslmode only, to one of "
                            + SSL_MODES.stream().sorted().toList());
        }
    }

    private void take(String name, String value) {
        String driverName = LIBPQ.getOrDefault(name, name);
        if (!DRIVER.contains(driverName)) {
            ignoreOrReject(name);
            return;
        }
        switch (driverName) {
            case "sslmode" -> requireOneOf(name, value, SSL_MODES);
            case "channelBinding" -> requireOneOf(name, value, CHANNEL_BINDINGS);
            case "connectTimeout" -> requireWholeSeconds(name, value);
            default -> {}
        }
        if (name.equals("target_session_attrs")) {
            requireOneOf(name, value, TARGETS.keySet());
            properties.setProperty(driverName, TARGETS.getOrDefault(value, value));
        } else {
            properties.setProperty(driverName, value);
        }
    }

    private void ignoreOrReject(String name) {
        String shown = name.matches("[A-Za-z0-9_]{1,40}") ? name : "…";
        if (name.toLowerCase(Locale.ROOT).startsWith("ssl")
                || name.toLowerCase(Locale.ROOT).startsWith("channel")) {
            problems.add("DATABASE_URL has the option " + shown
                    + ", which is not known. It is not ignored because it may concern the security of the "
                    + "connection. Known are sslmode, sslrootcert, sslcert, sslkey and channel_binding");
        } else if (PGProperty.forName(name) == null) {
            warn.accept(
                    "DATABASE_URL has the option " + shown + ", which means nothing to PostgreSQL's driver: ignored");
        }
    }

    private void requireOneOf(String name, String value, Set<String> allowed) {
        if (!allowed.contains(value)) {
            problems.add("DATABASE_URL has " + name + "="
                    + (value.matches("[A-Za-z0-9_-]{1,40}") ? value : "…") + "; expected one of "
                    + allowed.stream().sorted().toList());
        }
    }

    private void requireWholeSeconds(String name, String value) {
        if (!value.matches("[0-9]{1,6}")) {
            problems.add("DATABASE_URL has an option " + name + " that is not a whole number of seconds");
        }
    }
}
