package plugin

import "os"

// loggingDisabled reports whether Terraform drops what the provider logs.
func loggingDisabled() bool { return os.Getenv("TF_LOG") == "" && os.Getenv("TF_LOG_PROVIDER") == "" }

// disableLoggers turns off the loggers of the plugin libraries and of the provider, except those that were set to a level.
// By default they write everything down to the level trace, a dozen lines per data source, and Terraform parses every line
// before it drops it.
func disableLoggers() error {
	for _, logger := range []string{"TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_PROVIDER_RETAB"} {
		if os.Getenv(logger) != "" {
			continue
		}
		if err := os.Setenv(logger, "OFF"); err != nil {
			return err
		}
	}
	return nil
}
