package io.gracefulbackup.postgres;

import io.gracefulbackup.BackupConfigurationException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code DATABASE_URL} says, as properties of the driver. Parsed here and not by the driver, which knows no {@code
 * user:password@} and prints the password when it meets one, nor by {@link java.net.URI}, which rejects legal passwords and
 * loses host names with an underscore.
 */
final class DatabaseUrl {
    /** The driver's own time-outs are whole seconds. */
    private static final int LONGEST_SECONDS = 3600;

    private static final Pattern SCHEME =
            Pattern.compile("(?:postgres|postgresql|jdbc:postgresql)://(.*)", Pattern.DOTALL);
    private static final Pattern ANY_SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.:-]{0,30})://");
    private static final Pattern HOST_PORT = Pattern.compile("(\\[[^\\[\\]]+]|[^\\[\\]:]*)(?::(.*))?");
    private static final String EXPECTED = "expected postgres://user:password@host:5432/database";

    private final Properties properties;
    private final String target;

    private DatabaseUrl(Properties properties, String target) {
        this.properties = properties;
        this.target = target;
    }

    /**
     * Parses the URL.
     *
     * @param warn is told of options that mean nothing here
     * @throws BackupConfigurationException if it cannot be understood; the message holds no part that could be secret
     */
    static DatabaseUrl parse(String url, Consumer<String> warn) {
        Matcher scheme = SCHEME.matcher(url);
        if (!scheme.matches()) {
            throw wrong(ofWhichScheme(url) + "; " + EXPECTED);
        }
        String rest = scheme.group(1);
        int question = rest.indexOf('?');
        Map<String, String> options = query(question < 0 ? "" : rest.substring(question + 1));
        String beforeQuery = question < 0 ? rest : rest.substring(0, question);

        // The password may hold anything, so the last @ is the one that ends it.
        int at = beforeQuery.lastIndexOf('@');
        if (at >= 0) {
            String userInfo = beforeQuery.substring(0, at);
            int colon = userInfo.indexOf(':');
            options.put("user", decoded("user name", colon < 0 ? userInfo : userInfo.substring(0, colon)));
            if (colon >= 0) {
                options.put("password", decoded("password", userInfo.substring(colon + 1)));
            }
        }
        String hostsAndDatabase = beforeQuery.substring(at + 1);
        int slash = hostsAndDatabase.indexOf('/');
        String hosts = slash < 0 ? hostsAndDatabase : hostsAndDatabase.substring(0, slash);
        String database = slash < 0 ? "" : decoded("database name", hostsAndDatabase.substring(slash + 1));
        if (!database.isEmpty()) {
            options.put("dbname", database);
        }
        return build(hosts, options, warn);
    }

    private static DatabaseUrl build(String authority, Map<String, String> options, Consumer<String> warn) {
        String host = options.remove("host");
        String port = options.remove("port");
        List<String> hosts = new ArrayList<>();
        List<String> ports = new ArrayList<>();
        for (String entry : (authority.isEmpty() && host != null ? host : authority).split(",", -1)) {
            Matcher parts = HOST_PORT.matcher(entry);
            if (!parts.matches()) {
                throw wrong("host \"" + printable(entry)
                        + "\" is not understood; an IPv6 address stands in brackets, as in "
                        + "[::1]:5432, and @ : / in a password must be percent-encoded if the last @ does not end it");
            }
            hosts.add(hostName(parts.group(1)));
            ports.add(port(parts.group(2) != null ? parts.group(2) : port));
        }
        Properties properties = new UrlOptions(warn).translate(options, hosts.size() > 1);
        properties.setProperty("PGHOST", String.join(",", hosts));
        properties.setProperty("PGPORT", String.join(",", ports));
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < hosts.size(); i++) {
            pairs.add(hosts.get(i) + ":" + ports.get(i));
        }
        return new DatabaseUrl(properties, String.join(",", pairs));
    }

    private static String hostName(String host) {
        String name = decoded("host", host);
        if (name.startsWith("/")) {
            throw wrong("host \"" + printable(name) + "\" is a Unix-domain socket, which the driver does not speak; "
                    + "name a host and a port");
        }
        if (name.indexOf(' ') >= 0 || name.indexOf('@') >= 0 || name.indexOf('/') >= 0) {
            throw wrong(
                    "the host holds a character that no host name has; a special character of the password that is not "
                            + "percent-encoded may be the reason; " + EXPECTED);
        }
        return name.isEmpty() ? "localhost" : name;
    }

    private static String port(@Nullable String port) {
        if (port == null || port.isEmpty()) {
            return "5432";
        }
        try {
            int number = Integer.parseInt(port);
            if (number >= 1 && number <= 65535) {
                return String.valueOf(number);
            }
        } catch (NumberFormatException notANumber) {
            // Said below, without the value: where an @ is missing it may be the password.
        }
        throw wrong("the port is not a number from 1 to 65535; " + EXPECTED);
    }

    private static Map<String, String> query(String query) {
        Map<String, String> options = new LinkedHashMap<>();
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                String name = decoded("option name", pair.substring(0, equals));
                options.put(name, decoded("option " + printable(name), pair.substring(equals + 1)));
            } else if (!pair.isEmpty()) {
                throw wrong(
                        "an option after the ? has no value; expected ?name=value&name=value, and a ? that belongs to the "
                                + "password must be written %3F");
            }
        }
        return options;
    }

    private static String decoded(String part, String text) {
        return PercentCode.decode(text)
                .orElseThrow(
                        () -> wrong("the " + part + " is not UTF-8 once its percent signs are decoded; write a percent "
                                + "sign that is meant as one %25"));
    }

    private static String ofWhichScheme(String url) {
        Matcher scheme = ANY_SCHEME.matcher(url);
        return scheme.lookingAt() ? "it begins with \"" + scheme.group(1) + "://\"" : "it does not begin with a scheme";
    }

    /** A part that is shown only as far as it looks like a name: anything else may be a piece of a password. */
    private static String printable(String text) {
        return text.matches("[A-Za-z0-9_./-]{1,64}") ? text : "…";
    }

    private static BackupConfigurationException wrong(String problem) {
        return new BackupConfigurationException("DATABASE_URL is wrong: " + problem);
    }

    /** The driver's URL: the database alone, the rest are {@linkplain #toConnectWithin properties}. */
    String driverUrl() {
        return "jdbc:postgresql:" + URLEncoder.encode(database(), StandardCharsets.UTF_8);
    }

    private String database() {
        return properties.getProperty("PGDBNAME", user());
    }

    /** For one attempt to connect that may take that long. */
    Properties toConnectWithin(Duration remaining) {
        Properties copy = new Properties();
        copy.putAll(properties);
        long seconds =
                Math.max(1, Math.min(LONGEST_SECONDS, remaining.plusMillis(999).toSeconds()));
        // Hosts are tried in turn: a dead one must leave time for the others.
        long each = Math.max(1, seconds / target.split(",", -1).length);
        long wanted = Long.parseLong(properties.getProperty("connectTimeout", "0"));
        copy.setProperty("connectTimeout", String.valueOf(wanted > 0 ? Math.min(wanted, each) : each));
        copy.setProperty("socketTimeout", String.valueOf(seconds));
        return copy;
    }

    /** Hosts and ports, for messages. */
    String target() {
        return target;
    }

    /** The user name, for messages. */
    String user() {
        return properties.getProperty("user", System.getProperty("user.name", ""));
    }

    /** User, hosts and database; never the password. */
    @Override
    public String toString() {
        return "postgresql://" + user() + "@" + target + "/" + database();
    }
}
