package io.gracefulbackup.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.gracefulbackup.BackupConfigurationException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUrlTest {
    private final List<String> warnings = new ArrayList<>();

    private DatabaseUrl parse(String url) {
        return DatabaseUrl.parse(url, warnings::add);
    }

    private Properties properties(String url) {
        return parse(url).toConnectWithin(Duration.ofSeconds(30));
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgres://", "postgresql://", "jdbc:postgresql://"})
    void acceptsAllThreeForms(String scheme) {
        DatabaseUrl url = parse(scheme + "ann:secret@db.example.org:6543/shop");
        assertThat(url).hasToString("postgresql://ann@db.example.org:6543/shop");
        assertThat(url.driverUrl()).isEqualTo("jdbc:postgresql:shop");
        assertThat(url.toConnectWithin(Duration.ofSeconds(30)))
                .containsEntry("user", "ann")
                .containsEntry("password", "secret")
                .containsEntry("PGHOST", "db.example.org")
                .containsEntry("PGPORT", "6543");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "p@ss p@ss",
                "p:ss p:ss",
                "p/ss p/ss",
                "p%ss p%ss",
                "p+ss p+ss",
                "p#ss p#ss",
                "p%40%3a%2F%25%2b%23%20ss 'p@:/%+# ss'",
                "a@b@c a@b@c",
                "p%C3%A9 pé",
                "100% 100%",
                "%3F%26%3D ?&=",
            })
    void acceptsPlainAndPercentEncodedPasswords(String written, String meant) {
        assertThat(properties("postgresql://ann:" + written + "@host/db"))
                .containsEntry("password", meant)
                .containsEntry("user", "ann")
                .containsEntry("PGHOST", "host");
        assertThat(parse("postgresql://ann:" + written + "@host/db").driverUrl())
                .isEqualTo("jdbc:postgresql:db");
    }

    @Test
    void acceptsASpaceInAPassword() {
        assertThat(properties("postgres://ann:two words@host/db")).containsEntry("password", "two words");
    }

    @Test
    void acceptsUserAndPasswordAsOptions() {
        assertThat(properties("jdbc:postgresql://host/db?user=me@srv&password=p%26w+d"))
                .containsEntry("user", "me@srv")
                .containsEntry("password", "p&w+d")
                .containsEntry("PGHOST", "host");
    }

    @Test
    void fillsInDefaults() {
        assertThat(properties("postgres://ann@host"))
                .containsEntry("PGPORT", "5432")
                .doesNotContainKey("password");
        assertThat(parse("postgres://ann@host").driverUrl()).isEqualTo("jdbc:postgresql:ann");
        assertThat(properties("postgres:///db")).containsEntry("PGHOST", "localhost");
        assertThat(properties("postgres:///db?host=h&port=77"))
                .containsEntry("PGHOST", "h")
                .containsEntry("PGPORT", "77");
    }

    @Test
    void acceptsIpv6UnderscoresAndSeveralHosts() {
        assertThat(properties("postgres://a:b@[2001:db8::1]:7000,my_host,third:99/db"))
                .containsEntry("PGHOST", "[2001:db8::1],my_host,third")
                .containsEntry("PGPORT", "7000,5432,99")
                .containsEntry("targetServerType", "primary");
    }

    @Test
    void decodesTheDatabaseName() {
        assertThat(parse("postgres://a@h/my%2Fd%20b%3F").driverUrl()).isEqualTo("jdbc:postgresql:my%2Fd+b%3F");
    }

    @Test
    void translatesTheOptionsOfLibpq() {
        assertThat(
                        properties(
                                "postgres://a:b@h/d?sslmode=verify-full&sslrootcert=/etc/ca.pem&channel_binding=require"
                                        + "&connect_timeout=3&application_name=shop&target_session_attrs=read-write&options=-c%20x%3Dy"))
                .containsEntry("sslmode", "verify-full")
                .containsEntry("sslrootcert", "/etc/ca.pem")
                .containsEntry("channelBinding", "require")
                .containsEntry("connectTimeout", "3")
                .containsEntry("ApplicationName", "shop")
                .containsEntry("targetServerType", "primary")
                .containsEntry("options", "-c x=y");
        assertThat(properties("postgres://a:b@h/d?sslrootcert=system"))
                .containsEntry("sslmode", "verify-full")
                .doesNotContainKey("sslrootcert");
        assertThat(warnings).isEmpty();
    }

    @Test
    void keepsTheOptionsThatTheSinkNeeds() {
        assertThat(properties("jdbc:postgresql://h/d?prepareThreshold=5&socketTimeout=1&tcpKeepAlive=false"
                        + "&preferQueryMode=simple&logServerErrorDetail=true&socketFactory=x.Y&autosave=always"))
                .containsEntry("prepareThreshold", "0")
                .containsEntry("tcpKeepAlive", "true")
                .containsEntry("socketTimeout", "30")
                .containsEntry("logServerErrorDetail", "false")
                .containsEntry("socketFactory", PromptSocketFactory.class.getName())
                .doesNotContainKeys("preferQueryMode", "autosave");
    }

    @Test
    void limitsTheConnectTimeByTheDeadline() {
        assertThat(parse("postgres://h/d?connect_timeout=60").toConnectWithin(Duration.ofMillis(2100)))
                .containsAllEntriesOf(Map.of("connectTimeout", "3", "socketTimeout", "3"));
        assertThat(parse("postgres://h,i,j/d").toConnectWithin(Duration.ofSeconds(30)))
                .containsAllEntriesOf(Map.of("connectTimeout", "10", "socketTimeout", "30"));
        assertThat(parse("postgres://h/d").toConnectWithin(Duration.ZERO)).containsEntry("connectTimeout", "1");
    }

    @Test
    void warnsOfOptionsWithoutEffect() {
        properties("postgres://a:b@h/d?pgbouncer=true&schema=public&reWriteBatchedInserts=true");
        assertThat(warnings)
                .containsExactlyInAnyOrder(
                        "DATABASE_URL has the option pgbouncer, which means nothing to PostgreSQL's driver: ignored",
                        "DATABASE_URL has the option schema, which means nothing to PostgreSQL's driver: ignored");
    }

    @Test
    void doesNotIgnoreAnOptionAboutSafety() {
        assertThatThrownBy(() -> parse("postgres://a:b@h/d?sslmod=require&sslmode=on&connect_timeout=x"))
                .isInstanceOfSatisfying(
                        BackupConfigurationException.class,
                        e -> assertThat(e.problems())
                                .hasSize(3)
                                .anyMatch(problem -> problem.contains("option sslmod, which is not known"))
                                .anyMatch(problem -> problem.contains("sslmode=on; expected one of"))
                                .anyMatch(problem -> problem.contains("not a whole number of seconds")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CANARY",
                "mysql://ann:CANARY@host/db",
                "ann:CANARY@host/db",
                "postgres://ann:CANARY",
                "postgres://ann:CANARY@host:port/db",
                "postgres://ann:CANARY@host:70000/db",
                "postgres://ann:CANARY@[::1/db",
                "postgres://ann:CANARY@::1/db",
                "postgres://ann:CANARY%FF@host/db",
                "postgres://ann:CANARY%00@host/db",
                "postgres://ann:x?CANARY@host/db",
                "postgres://ann:12?CANARY=x@host/db?sslmode=nonsense",
                "postgres://ann:CANARY@host/db?password=CANARY&sslmode=CANARY!",
                "postgres://ann:CANARY@host/db?sslCANARY!=x",
                "postgres://ann:CANARY@host/db?justaname",
                "postgres://ann:CANARY@/var/run/x?host=/var/run/postgresql",
                "postgres://ann:CANARY@ho st/db",
                "CANARY://x"
            })
    void neverShowsThePassword(String url) {
        Throwable thrown = catchThrowable(() -> parse(url));
        if (url.startsWith("postgres://ann:12?") || url.startsWith("CANARY://") || thrown == null) {
            // Read as something else, legally; or the canary is the scheme, which is shown.
            return;
        }
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace));
        assertThat(thrown).isInstanceOf(BackupConfigurationException.class).hasMessageContaining("DATABASE_URL");
        assertThat(trace.toString()).doesNotContain("CANARY");
        assertThat(thrown.getMessage().lines()).hasSizeLessThan(4);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "postgres://a:b@h/d?sslmode=require&sslmode=disable | DATABASE_URL is wrong: the option sslmode is given twice, as require and disable; expected one value",
                "postgres://a:b@h/d?password=x&password=CANARY | DATABASE_URL is wrong: the option password is given twice; expected one value",
                "postgres://a:b@h/d?ssl=true&sslmode=disable | DATABASE_URL has both ssl and sslmode, and they contradict each other; set sslmode only, to one of [allow, disable, prefer, require, verify-ca, verify-full]",
                "postgres://a:b@h/d?ssl=off&sslmode=verify-ca | DATABASE_URL has both ssl and sslmode, and they contradict each other; set sslmode only, to one of [allow, disable, prefer, require, verify-ca, verify-full]",
                "postgres://a:b@h/d?sslmode=verify_full | DATABASE_URL has sslmode=verify_full; expected one of [allow, disable, prefer, require, verify-ca, verify-full]",
                "'postgres://a:b@h/d' | DATABASE_URL is wrong: it begins with a quotation mark, which is not part of a URL; expected postgres://user:password@host:5432/database",
                "\"postgres://a:b@h/d\" | DATABASE_URL is wrong: it begins with a quotation mark, which is not part of a URL; expected postgres://user:password@host:5432/database"
            })
    void refusesWhatCannotBeMeant(String url, String problem) {
        assertThatThrownBy(() -> parse(url))
                .isInstanceOfSatisfying(
                        BackupConfigurationException.class,
                        e -> assertThat(e.problems()).containsExactly(problem));
    }

    @ParameterizedTest
    @CsvSource({
        "true,verify-full",
        "1,verify-full",
        "on,verify-full",
        "TRUE,verify-full",
        "require,require",
        "no-verify,require",
        "off,prefer",
        "disable,disable"
    })
    void understandsSslAsOtherDriversWriteIt(String ssl, String mode) {
        assertThat(properties(" \t\npostgres://a:b@h/d?ssl=" + ssl + "\r\n")).containsEntry("sslmode", mode);
        assertThat(properties("postgres://a:b@h/d?sslmode=" + mode + "&sslmode=" + mode))
                .containsEntry("sslmode", mode);
    }

    @Test
    void neverShowsThePasswordOfAValidUrl() {
        assertThat(parse("postgres://ann:CANARY@host/db").toString()
                        + parse("postgres://ann:CANARY@host/db").target())
                .doesNotContain("CANARY");
    }
}
