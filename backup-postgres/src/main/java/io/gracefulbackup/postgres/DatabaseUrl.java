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
 * A parsed {@code DATABASE_URL}. It is not parsed by the driver, which does not support {@code user:password@} and prints the
 * password in its error message, nor by {@link java.net.URI}, which rejects legal passwords and does not return host names with
 * an underscore.
 */
final class DatabaseUrl {
    /** The longest time-out of the driver, which counts in whole seconds. */
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
     * Parses a URL.
     *
     * @param warn receives a warning for each option that is ignored
     * @throws BackupConfigurationException if the URL is invalid; the message has no part of it that may be secret
     */
    static DatabaseUrl parse(String url, Consumer<String> warn) {
        Matcher scheme = SCHEME.matcher(url.strip());
        if (!scheme.matches()) {
            throw wrong(problemOfScheme(url) + "; " + EXPECTED);
        }
        String rest = scheme.group(1);
        int question = rest.indexOf('?');
        Map<String, String> options = query(question < 0 ? "" : rest.substring(question + 1));
        String beforeQuery = question < 0 ? rest : rest.substring(0, question);

        // A password may have an @, so the last @ is the one that ends it.
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
                        + "\" is not understood; an IPv6 address must be in brackets, as in "
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
            throw wrong("host \"" + printable(name) + "\" is a Unix-domain socket, which the driver does not support; "
                    + "name a host and a port");
        }
        if (name.indexOf(' ') >= 0 || name.indexOf('@') >= 0 || name.indexOf('/') >= 0) {
            throw wrong(
                    "the host has a character that is not allowed in a host name, perhaps because a special character of the "
                            + "password is not percent-encoded; " + EXPECTED);
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
            // The message below omits the value, which is the password if an @ is missing.
        }
        throw wrong("the port is not a number from 1 to 65535; " + EXPECTED);
    }

    private static Map<String, String> query(String query) {
        Map<String, String> options = new LinkedHashMap<>();
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                String name = decoded("option name", pair.substring(0, equals));
                String value = decoded("option " + printable(name), pair.substring(equals + 1));
                String before = options.put(name, value);
                if (before != null && !before.equals(value)) {
                    throw wrong("the option " + printable(name) + " is given twice"
                            + (name.equals("sslmode") ? ", as " + printable(before) + " and " + printable(value) : "")
                            + "; expected one value");
                }
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
                .orElseThrow(() -> wrong("the " + part
                        + " is not UTF-8 after percent-decoding; write a percent sign that is " + "part of it as %25"));
    }

    private static String problemOfScheme(String url) {
        Matcher scheme = ANY_SCHEME.matcher(url.strip());
        if (url.strip().matches("(?s)[\"'].*")) {
            return "it begins with a quotation mark, which is not part of a URL";
        }
        return scheme.lookingAt() ? "it begins with \"" + scheme.group(1) + "://\"" : "it does not begin with a scheme";
    }

    /** Returns the text if it looks like a name, else an ellipsis: it may be part of a password. */
    private static String printable(String text) {
        return text.matches("[A-Za-z0-9_./-]{1,64}") ? text : "…";
    }

    private static BackupConfigurationException wrong(String problem) {
        return new BackupConfigurationException("DATABASE_URL is wrong: " + problem);
    }

    /** Returns the URL for the driver. It names the database only; the rest are {@linkplain #toConnectWithin properties}. */
    String driverUrl() {
        return "jdbc:postgresql:" + URLEncoder.encode(database(), StandardCharsets.UTF_8);
    }

    private String database() {
        return properties.getProperty("PGDBNAME", user());
    }

    /** Returns the properties for one attempt to connect that may take so long. */
    Properties toConnectWithin(Duration remaining) {
        Properties copy = new Properties();
        copy.putAll(properties);
        long seconds =
                Math.max(1, Math.min(LONGEST_SECONDS, remaining.plusMillis(999).toSeconds()));
        // The driver tries one host after the other: one that does not answer must leave time for the others.
        long each = Math.max(1, seconds / target.split(",", -1).length);
        long configured = Long.parseLong(properties.getProperty("connectTimeout", "0"));
        copy.setProperty("connectTimeout", String.valueOf(configured > 0 ? Math.min(configured, each) : each));
        copy.setProperty("socketTimeout", String.valueOf(seconds));
        return copy;
    }

    /** Returns hosts and ports, for messages. */
    String target() {
        return target;
    }

    /** Returns the user name, for messages. */
    String user() {
        return properties.getProperty("user", System.getProperty("user.name", ""));
    }

    /** Returns user, hosts and database, never the password. */
    @Override
    public String toString() {
        return "postgresql://" + user() + "@" + target + "/" + database();
    }
}
