package io.gracefulbackup.ipfs.cid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CidTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH",
                "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"
            })
    void readsBothForms(String text) {
        assertThat(new Cid(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "pending",
                "Qm",
                "QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQ0",
                "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyk",
                "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku/../x",
                "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku\n"
            })
    void refusesATextThatIsNoCid(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Cid(text)).withMessageContaining(text);
    }

    @Test
    void refusesAShapeThatCannotBe() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CidProfile(2, 1, 2))
                .withMessageContaining("version 2");
        assertThatIllegalArgumentException().isThrownBy(() -> new CidProfile(1, 0, 2));
        assertThatIllegalArgumentException().isThrownBy(() -> new CidProfile(1, 1, 1));
    }
}
